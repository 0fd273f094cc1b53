"""What a bare machine lacks to run the program: system packages, a virtual environment, PostgreSQL, Valkey.

The program itself never starts a server and never imports this package.
"""
