import pytest, time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import given
from tests.api.calls import Caller
pytestmark = pytest.mark.django_db

def show(ctx, title):
    qs=[q["sql"] for q in ctx if not q["sql"].startswith(("BEGIN","COMMIT","SAVEPOINT","RELEASE","ROLLBACK"))]
    print("\n#####", title, len(qs))
    for i,q in enumerate(qs,1): print(i, q[:230].replace("\n"," "))

def test_it():
    with time_machine.travel(given.NOW, tick=False):
        who=given.citizen(of=given.ward("Phường Trúc Bạch")); c=Caller(who)
        up=given.required_uploads("2.001827", who) or {}
        body={"procedure": given.CIVIL_EXTRACT, "answers": given.answers(given.CIVIL_EXTRACT), "connecting_unit": given.ward().pk}
        c.post("/applications", body)
        with CaptureQueriesContext(connection) as ctx: r=c.post("/applications", body)
        assert r.status_code==201, r.content
        show(ctx,"online")
        who,b=given.representative(); c=Caller(who)
        from apps.procedures.selectors import rules_in_force
        body={"procedure": given.FOOD_SAFETY, "answers": given.answers(given.FOOD_SAFETY), "connecting_unit": given.ward().pk, "business": b,
          "attachments": {k:[str(u) for u in v] for k,v in given.required_uploads(given.FOOD_SAFETY, who).items()}}
        c.post("/applications", body)
        body["attachments"]={k:[str(u) for u in v] for k,v in given.required_uploads(given.FOOD_SAFETY, who).items()}
        with CaptureQueriesContext(connection) as ctx: r=c.post("/applications", body)
        assert r.status_code==201, r.content
        show(ctx,"online business")
        clerk=given.receptionist(given.ward_committee()); c=Caller(clerk)
        def b(n):
            rules=rules_in_force(given.CIVIL_EXTRACT, given.NOW.date())
            return {"procedure": given.CIVIL_EXTRACT, "channel":"counter","answers": given.answers(given.CIVIL_EXTRACT), "connecting_unit": given.ward("Phường Trúc Bạch").pk, "delivery":"counter",
             "filer":{"name":"Trần Thị Bưởi","identity_number":f"00118500000{n}","residence":given.ward().pk,"born_on":"1985-03-02"},
             "organisation":{"name":"Công ty","number":"0100233488" if n==1 else "0100109106","seat":given.ward().pk},
             "originals":[row.code for row in rules.components if row.is_required and row.mode.startswith("original")]}
        print(c.post("/applications", b(1)).content[:300])
        with CaptureQueriesContext(connection) as ctx: r=c.post("/applications", b(2))
        assert r.status_code==201, r.content
        show(ctx,"counter, new person and organisation")
