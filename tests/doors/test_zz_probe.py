import pytest
from tests import given
from tests.doors.cast import browser
pytestmark = pytest.mark.django_db
def test_it():
    cit=browser(given.citizen(user__email="a@b.vn")); no=browser()
    for c,n in ((no,"no"),(cit,"cit")):
        c.raise_request_exception=False
        for p in "login logout inactive signup reauthenticate email confirm-email password/change password/set password/reset login/code/confirm confirm-email/abc password/reset/key/done password/reset/key/1-abc password/reset/done".split():
            for m in ("get","post"):
                a=getattr(c,m)(f"/account/{p}/", {"email":"x@y.vn"} if m=="post" else {})
                print(file=open("/tmp/h12_probe","a"),*(n,m,p,a.status_code,a.headers.get("Location"), repr(a.exc_info[1])[:120] if getattr(a,"exc_info",None) else ""))
    assert 0
