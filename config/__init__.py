"""How the program is put together: settings, URLs, the Celery application, the WSGI entry."""
