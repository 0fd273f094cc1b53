"""The table of doors: for every address and every verb, what each kind of actor is answered.

A new address or verb fails the tests until it stands here. The columns, from left to right:

nobody   has not signed in                          dist2    supervises another district
citizen  another citizen                            dist     supervises the district
filer    the applicant                              city     inspects the city
ward2    clerk of another ward, in every role       admin    administrator of the right agency
role2    clerk of the right agency, in every role   gone     the right clerk's account, deactivated
         but those that may                         ended    held the right post until yesterday
clerk    the right clerk                            both     the applicant, who is an official of the right agency too

The marks: a number is the HTTP status; `in` is sent to sign in; 302 leads on to another page of ours; `do` is a verb
that is played (the page of its form opens, and the act leads on).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACTORS = (
    "nobody citizen filer ward2 role2 clerk dist2 dist city admin gone ended both".split()  # noqa: SIM905
)
# Who must not learn that a case exists.
STRANGERS = frozenset({"nobody", "citizen", "ward2", "dist2", "admin", "gone", "ended"})
# Who reads, or keeps accounts, and never acts on a case.
NEVER_ACT = frozenset({"dist2", "dist", "city", "admin"})


@dataclass(frozen=True, slots=True)
class Door:
    """One line of the table."""

    method: str
    route: str
    marks: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def doors(text: str) -> list[Door]:
    """The lines of a table. Raises ValueError for a line that does not say something for every actor."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        method, route, *marks = line.split()
        found.append(Door(method, route, dict(zip(ACTORS, marks, strict=True))))
    return found


# Nobody here reads the books or keeps accounts: `test_audit` tries what those may who do.
# Reading: the case was filed online by a citizen of a ward, and its result is released and waits to be fetched.
# It is decided by the city, so that the administrator of the right agency may change the catalogue; writing, at a ward, not.
READING = doors(r"""
GET   /                                                        200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /procedures/                                             200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /procedures/<str:code>/                                  200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /procedures/<str:code>/apply/                            in   200  200  403  403  403  403  403  403  403  in   403  200
GET   /cases/                                                  in   200  200  403  403  403  403  403  403  403  in   403  200
GET   /cases/<str:code>/                                       in   404  200  403  403  403  403  403  403  403  in   403  200
GET   /cases/<str:code>/linked/                                in   404  302  403  403  403  403  403  403  403  in   403  302
GET   /cases/<str:code>/filed/                                 in   404  200  403  403  403  403  403  403  403  in   403  200
GET   /cases/<str:code>/provide-supplement/                    in   404  302  403  403  403  403  403  403  403  in   403  302
GET   /cases/<str:code>/confirm-draft/                         in   404  302  403  403  403  403  403  403  403  in   403  302
GET   /cases/<str:code>/request-withdrawal/                    in   404  302  403  403  403  403  403  403  403  in   403  302
GET   /cases/<str:code>/payment/                               in   404  200  403  403  403  403  403  403  403  in   403  200
GET   /payments/<str:order>/                                   in   404  404  403  403  403  403  403  403  403  in   403  404
GET   /cases/<str:code>/papers/<uuid:which>/                   in   404  200  404  200  200  404  404  404  404  in   404  200
GET   /cases/<str:code>/receipts/<uuid:which>/                 in   404  200  404  200  200  404  404  404  404  in   404  200
GET   /cases/<str:code>/receipts/<uuid:which>/data/            in   404  200  404  200  200  404  404  404  404  in   404  200
GET   /cases/<str:code>/results/<int:which>/                   in   404  200  404  200  200  404  404  404  404  in   404  200
GET   /cases/<str:code>/attachments/<uuid:which>/              in   404  200  404  200  200  404  404  404  404  in   404  200
GET   /receipts/                                               in   200  200  403  403  403  403  403  403  403  in   403  200
GET   /receipts/files/<uuid:bundle>/                           in   404  200  403  403  403  403  403  403  403  in   403  200
GET   /receipts/files/<uuid:bundle>/download/                  in   404  200  403  403  403  403  403  403  403  in   403  200
GET   /track/                                                  200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /track/<str:code>                                        200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /r/                                                      200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /r/<str:lookup>                                          200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /p/                                                      200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /p/<str:check_code>                                      200  200  200  200  200  200  200  200  200  200  200  200  200

GET   /desk/                                                   in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/handovers/                                         in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/opinions/                                          in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/refunds/                                           in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/pools/                                             in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/sent-on/                                           in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/unrouted/                                          in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/receipts/                                          in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/receipts/printed/<uuid:bundle>/                    in   403  403  404  404  200  403  403  403  403  in   403  404
GET   /desk/receipts/printed/<uuid:bundle>/download/           in   403  403  404  404  200  403  403  403  403  in   403  404
GET   /desk/register/                                          in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/register/<int:register>/<slug:medium>/              in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/drawer/                                            in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/drawer/all/                                           in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /desk/drawer/<uuid:session>/                            in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/drawer/<uuid:session>/move/                       in   403  403  404  403  403  403  403  403  403  in   403  403
GET   /desk/drawer/<uuid:session>/close/                      in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/take-application/                                  in   403  403  200  403  200  403  403  403  403  in   403  200
GET   /desk/take-application/<str:procedure>/                  in   403  403  200  403  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/                                  in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/papers/<uuid:which>/               in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/receipts/<uuid:which>/             in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/receipts/<uuid:which>/data/        in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/receipts/<uuid:which>/print/       in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/results/<int:which>/              in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/attachments/<uuid:which>/          in   403  403  404  200  200  403  403  403  403  in   403  200
GET   /desk/cases/<str:code>/act-papers/<int:which>/           in   403  403  404  200  200  403  403  403  403  in   403  404
GET   /desk/cases/<str:code>/<str:verb>/                       in   403  403  404  403  200  403  403  403  403  in   403  403

GET   /oversight/                                              in   403  403  403  403  403  200  200  200  403  in   403  403
GET   /oversight/register/                                     in   403  403  403  403  403  200  200  200  403  in   403  403
GET   /oversight/register/<int:register>/<slug:medium>/         in   403  403  403  403  403  404  404  200  403  in   403  403
GET   /oversight/receipts/                                     in   403  403  200  200  200  200  200  200  403  in   403  200
GET   /oversight/receipts/lists/<uuid:report>/                 in   404  404  404  200  200  404  404  200  404  in   404  200
GET   /oversight/receipts/lists/<uuid:report>/files/<slug:medium>/ in   404  404  404  200  200  404  404  200  404  in   404  200
GET   /oversight/receipts/series/                              in   403  403  200  200  200  200  200  200  403  in   403  200
GET   /oversight/receipts/series/sheet/                        in   403  403  200  200  200  200  200  200  403  in   403  200
GET   /oversight/receipts/series/papers/<int:quarter>/         in   404  404  404  200  200  404  404  200  404  in   404  200
GET   /oversight/receipts/income/                              in   403  403  200  200  200  200  200  200  403  in   403  200
GET   /oversight/receipts/income/sheet/                        in   403  403  200  200  200  200  200  200  403  in   403  200
GET   /oversight/<slug:unit>/<slug:list_name>/                 in   403  403  403  403  403  404  200  200  403  in   403  403
GET   /oversight/cases/<str:code>/                             in   403  403  403  403  403  404  200  200  403  in   403  403

GET   /audit/                                                  in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/find/                                             in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/statements/                                       in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/statements/<uuid:uuid>/                           in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/statements/proposed/<int:job>/                       in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/lines/                                            in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/lines/<uuid:uuid>/                                in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/lines/<uuid:uuid>/match/                          in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/payments/                                         in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/payments/<uuid:uuid>/                             in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/orders/<str:code>/                                in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/gateway/lines/<int:pk>/                           in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/gateway/messages/<int:pk>/                        in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/refunds/<uuid:uuid>/                              in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/deposits/<uuid:uuid>/                             in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/sessions/<uuid:uuid>/                             in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/cases/<str:code>/                                 in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/receipts/<uuid:uuid>/                             in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/receipts/<uuid:uuid>/<slug:medium>/               in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/series/                                           in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/series/<int:pk>/                                  in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/legacy-receipts/<int:pk>/                         in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/days/<int:body>/<str:on>/                         in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/differences/                                      in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/differences/xlsx/                                 in   403  403  403  403  403  403  403  403  403  in   403  403
GET   /audit/differences/<slug:kind>/<str:subject>/            in   404  404  404  404  404  404  404  404  404  in   404  404

GET   /administration/                                         in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/procedures/<str:procedure>/              in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/procedures/<str:procedure>/describe/     in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/procedures/<str:procedure>/difference/   in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/procedures/<str:procedure>/filing/       in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/versions/<int:version>/                  in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/versions/<int:version>/preview/          in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/versions/<int:version>/publish/          in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/versions/<int:version>/parts/<slug:part>/ in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/versions/<int:version>/form/                    in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/versions/<int:version>/form/add/                in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/versions/<int:version>/form/try/                in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/versions/<int:version>/form/lists/<slug:name>/  in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/versions/<int:version>/form/questions/<str:path>/ in   403  403  403  403  403  403  403  403  302  in   403  403
GET   /administration/moves/<int:job>/                         in   403  403  403  403  403  403  403  403  404  in   403  403
GET   /administration/imports/                                 in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/imports/<int:job>/                       in   403  403  403  403  403  403  403  403  404  in   403  403
GET   /administration/notices/                                 in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/notices/<str:kind>/                      in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/notices/<str:kind>/<int:number>/         in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/series/                                  in   403  403  200  200  200  403  403  403  200  in   403  200
GET   /administration/series/<int:agency>/                     in   403  403  404  200  200  403  403  403  200  in   403  200
GET   /administration/series/<int:agency>/succession/          in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/series/<int:agency>/<int:series>/        in   403  403  404  200  200  403  403  403  200  in   403  200
GET   /administration/unsent/                                  in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/accounts/                                in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/accounts/of-the-body/                    in   403  403  200  200  200  403  403  403  403  in   403  200
GET   /administration/calendar/                                in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/calendar/propose/                        in   403  403  403  403  403  403  403  403  200  in   403  403
GET   /administration/calendar/<int:job>/                      in   403  403  403  403  403  403  403  403  200  in   403  403

GET   /api/v1/procedures                                       200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/procedures/<words:code>                          200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/procedures/<words:code>/held-papers              401  200  200  200  200  200  200  200  200  200  401  200  200
GET   /api/v1/units                                            200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/units/<int:unit_id>                              200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/agencies                                         200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/agencies/<int:agency_id>/receipt-series          401  403  403  404  200  200  403  403  403  200  401  403  200
GET   /api/v1/receipts/<words:lookup_code>                     200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/papers/<words:check_code>                        200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/schema/                                          200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/docs/                                            200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /api/v1/^[\s\S]*$                                      404  404  404  404  404  404  404  404  404  404  404  404  404
GET   /api/v1/me                                               401  200  200  200  200  200  200  200  200  200  401  200  200
GET   /api/v1/cases                                            401  200  200  200  200  200  200  200  200  200  401  200  200
GET   /api/v1/cases/<words:code>                               401  404  200  404  200  200  404  200  200  404  401  404  200
GET   /api/v1/cases/<words:code>/payment-orders                401  404  200  404  404  404  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/events                        401  404  200  404  200  200  404  200  200  404  401  404  200
GET   /api/v1/cases/<words:code>/notices                       401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/documents/<uuid:document>     401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/receipts/<uuid:receipt>       401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/receipts/<uuid:receipt>/data  401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/results/<int:result_id>       401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/attachments/<uuid:attachment> 401  404  200  404  200  200  404  404  404  404  401  404  200
GET   /api/v1/cases/<words:code>/act-papers/<int:sequence>     401  404  404  404  200  200  404  404  404  404  401  404  404
GET   /api/v1/inbox                                            401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/handovers                                        401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/refunds                                          401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/opinions                                         401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/sent-on                                          401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/unrouted                                         401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/cashier-sessions                                 401  403  403  200  200  200  403  403  403  403  401  403  200
GET   /api/v1/cashier-sessions/<uuid:session>                  401  403  403  404  200  200  403  403  403  403  401  403  200
GET   /api/v1/my-receipts                                      401  200  200  200  200  200  200  200  200  200  401  200  200
GET   /api/v1/receipt-bundles                                  401  200  200  200  200  200  200  200  200  200  401  200  200
GET   /api/v1/receipt-bundles/<uuid:bundle>                    401  404  200  404  404  404  404  404  404  404  401  404  200
GET   /api/v1/receipt-bundles/<uuid:bundle>/download           401  404  200  404  404  404  404  404  404  404  401  404  200
GET   /api/v1/registers                                        401  403  403  200  200  200  200  200  200  403  401  403  200
GET   /api/v1/registers/<int:register>                         401  404  404  404  200  200  404  404  200  404  401  404  200
GET   /api/v1/registers/<int:register>/<slug:medium>            401  404  404  404  200  200  404  404  200  404  401  404  200
GET   /api/v1/day-lists                                        401  403  403  200  200  200  200  200  200  403  401  403  200
GET   /api/v1/day-lists/<uuid:report>                          401  404  404  404  200  200  404  404  200  404  401  404  200
GET   /api/v1/day-lists/<uuid:report>/lines                    401  404  404  404  200  200  404  404  200  404  401  404  200
GET   /api/v1/day-lists/<uuid:report>/files/<slug:medium>      401  404  404  404  200  200  404  404  200  404  401  404  200
GET   /api/v1/books/payments                                       401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/payments/<uuid:uuid>                           401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/receipts                                       401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/receipts/<uuid:uuid>                           401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/receipts/<uuid:uuid>/<slug:medium>             401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/receipt-series                                 401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/receipt-series/<int:series_id>                 401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/refunds                                        401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/refunds/<uuid:uuid>                            401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/accounts                                       401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/statement-jobs/<int:job>                       401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/bank-statements                                401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/bank-statements/<uuid:uuid>                    401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/bank-lines                                     401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/bank-lines/<uuid:uuid>                         401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/differences                                    401  403  403  403  403  403  403  403  403  403  401  403  403
GET   /api/v1/books/differences/<slug:kind>/<words:subject>        401  403  403  403  403  403  403  403  403  403  401  403  403

GET   /account/login/                                          200  302  302  302  302  302  302  302  302  302  200  302  302
GET   /account/inactive/                                       200  200  200  200  200  200  200  200  200  200  200  200  200
GET   /account/logout/                                         302  200  200  200  200  200  200  200  200  200  302  200  200
""")

# Writing, verbs apart: the case stands at intake in the ward. A clerk of another ward may take applications, but not
# in the name of this ward's desk.
WRITING = doors("""
POST  /procedures/<str:code>/apply/                            in   302  302  403  403  403  403  403  403  403  in   403  302
POST  /cases/<str:code>/payment/                               in   404  409  403  403  403  403  403  403  403  in   403  409
POST  /cases/<str:code>/payment/<str:order>/cancel/            in   404  404  403  403  403  403  403  403  403  in   403  404
POST  /payments/callback/<slug:gateway>                        404  404  404  404  404  404  404  404  404  404  404  404  404
POST  /track/                                                  200  200  200  200  200  200  200  200  200  200  200  200  200
POST  /track/<str:code>                                        200  200  200  200  200  200  200  200  200  200  200  200  200
POST  /r/file/                                                 422  422  422  422  422  422  422  422  422  422  422  422  422
POST  /p/<str:check_code>                                      200  200  200  200  200  200  200  200  200  200  200  200  200
POST  /receipts/                                               in   422  302  403  403  403  403  403  403  403  in   403  302
POST  /desk/receipts/                                          in   403  403  422  302  302  403  403  403  403  in   403  302
POST  /desk/register/                                          in   403  403  422  302  302  403  403  403  403  in   403  302
POST  /desk/drawer/                                            in   403  403  422  302  302  403  403  403  403  in   403  302
POST  /desk/drawer/<uuid:session>/move/                       in   403  403  404  403  404  403  403  403  403  in   403  403
POST  /desk/drawer/<uuid:session>/close/                      in   403  403  404  302  404  403  403  403  403  in   403  302
POST  /desk/drawer/<uuid:session>/acknowledge/                in   403  403  404  409  404  403  403  403  403  in   403  409
POST  /desk/cases/<str:code>/control-sheet/                    in   403  403  404  302  302  403  403  403  403  in   403  403
POST  /oversight/register/                                     in   403  403  403  403  403  422  302  302  403  in   403  403
POST  /desk/take-application/<str:procedure>/                  in   403  403  422  403  302  403  403  403  403  in   403  302
POST  /desk/cases/<str:code>/reveal/                           in   403  403  404  200  200  403  403  403  403  in   403  200
POST  /desk/pools/                                             in   403  403  422  302  422  403  403  403  403  in   403  302
POST  /desk/pools/<int:pool>/                                  in   403  403  302  302  302  403  403  403  403  in   403  302
POST  /oversight/receipts/lists/<uuid:report>/<slug:act>/      in   404  404  404  404  404  404  404  404  404  in   404  404
POST  /oversight/receipts/series/ask/                          in   403  403  422  302  403  422  302  302  403  in   403  302
POST  /oversight/cases/<str:code>/reveal/                      in   403  403  403  403  403  404  200  200  403  in   403  403
POST  /administration/procedures/<str:procedure>/describe/     in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/procedures/<str:procedure>/draft/        in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/procedures/<str:procedure>/filing/       in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/series/<int:agency>/                     in   403  403  404  422  403  403  403  403  403  in   403  422
POST  /administration/series/<int:agency>/succession/          in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/series/<int:agency>/<int:series>/        in   403  403  404  422  403  403  403  403  403  in   403  422
POST  /api/v1/agencies/<int:agency_id>/receipt-series          401  403  403  404  422  403  403  403  403  403  401  403  422
POST  /api/v1/receipt-series/<int:series_id>/acceptance        401  403  403  422  422  403  403  403  403  403  401  403  422
POST  /api/v1/receipt-series/<int:series_id>/close             401  403  403  422  422  403  403  403  403  403  401  403  422
POST  /api/v1/agencies/<int:agency_id>/succession              401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /administration/versions/<int:version>/publish/          in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/discard/          in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/move-cases/       in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/parts/<slug:part>/ in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/form/                    in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/form/add/                in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/form/try/                in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/form/lists/<slug:name>/  in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/versions/<int:version>/form/questions/<str:path>/ in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/moves/<int:job>/start/                   in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/moves/<int:job>/drop/                    in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/imports/                                 in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/imports/<int:job>/start/                 in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/imports/<int:job>/drop/                  in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/notices/<str:kind>/                      in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/notices/<str:kind>/preview/              in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/unsent/send-again/                       in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/statements/                                       in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/statements/<uuid:uuid>/file/                         in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/statements/proposed/<int:job>/start/                 in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/statements/proposed/<int:job>/drop/                  in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/lines/<uuid:uuid>/reveal/                         in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/lines/<uuid:uuid>/match/                          in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/lines/<uuid:uuid>/withdraw/                       in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/receipts/<uuid:uuid>/reveal/                      in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/legacy-receipts/<int:pk>/reveal/                  in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /audit/differences/<slug:kind>/<str:subject>/            in   404  404  404  404  404  404  404  404  404  in   404  404
POST  /administration/accounts/                                in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/accounts/<int:account>/confirm/          in   403  403  404  404  403  403  403  403  403  in   403  404
POST  /administration/accounts/<int:account>/end/              in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/calendar/propose/                        in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/calendar/<int:job>/start/                in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /administration/calendar/<int:job>/drop/                 in   403  403  403  403  403  403  403  403  403  in   403  403
POST  /api/v1/procedures/<words:code>/quote                    200  200  200  200  200  200  200  200  200  200  200  200  200
POST  /api/v1/status                                           200  200  200  200  200  200  200  200  200  200  200  200  200
POST  /api/v1/attachments                                      401  201  201  201  201  201  201  201  201  201  401  201  201
POST  /api/v1/applications                                     401  201  201  422  422  422  422  422  422  422  401  422  201
POST  /api/v1/cases/<words:code>/control-sheet                 401  404  404  404  200  200  404  404  404  404  401  404  403
POST  /api/v1/cashier-sessions                                 401  403  403  409  201  201  403  403  403  403  401  403  201
POST  /api/v1/cashier-sessions/<uuid:session>/movements        401  403  403  404  403  404  403  403  403  403  401  403  403
POST  /api/v1/cashier-sessions/<uuid:session>/close            401  403  403  404  200  404  403  403  403  403  401  403  200
POST  /api/v1/cashier-sessions/<uuid:session>/acknowledge-difference 401  403  403  404  409  404  403  403  403  403  401  403  409
POST  /api/v1/receipt-bundles                                  401  422  422  422  201  201  422  422  422  422  401  422  201
POST  /api/v1/registers                                        401  403  403  422  201  201  422  201  201  403  401  403  201
POST  /api/v1/books/bank-statements                                401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/books/bank-statements/<uuid:uuid>/file              401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/books/statement-jobs/<int:job>/start                 401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/books/bank-lines/<uuid:uuid>/match                   401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/books/bank-lines/<uuid:uuid>/withdraw                401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/books/differences/<slug:kind>/<words:subject>/explain 401  403  403  403  403  403  403  403  403  403  401  403  403
POST  /api/v1/cases/<words:code>/payment-orders                401  404  409  404  404  404  404  404  404  404  401  404  409
POST  /api/v1/cases/<words:code>/payment-orders/<words:order>/cancel 401  404  404  404  404  404  404  404  404  404  401  404  404
POST  /api/v1/cases/<words:code>/reveal                        401  404  200  404  200  200  404  200  200  404  401  404  200
POST  /account/login/                                          200  302  302  302  302  302  302  302  302  302  200  302  302
POST  /account/logout/                                         302  302  302  302  302  302  302  302  302  302  302  302  302
POST  /i18n/setlang/                                           302  302  302  302  302  302  302  302  302  302  302  302  302
""")

# Verbs: each on a case on which it is open, at each door that leads to it.
VERBS = doors("""
api    accept_intake        401  404  403  404  403  do   404  403  403  404  401  404  403
api    decline_intake       401  404  403  404  403  do   404  403  403  404  401  404  403
api    request_supplement   401  404  403  404  403  do   404  403  403  404  401  404  403
api    provide_supplement   401  404  do   404  403  do   404  403  403  404  401  404  do
api    request_payment          401  404  403  404  403  do   404  403  403  404  401  404  403
api    fulfil_obligation        401  404  403  404  403  do   404  403  403  404  401  404  403
api    ask_confirmation         401  404  403  404  403  do   404  403  403  404  401  404  403
api    confirm_draft            401  404  do   404  403  do   404  403  403  404  401  404  do
api    prolong_for_verification 401  404  403  404  403  do   404  403  403  404  401  404  403
api    prolong_by_agreement     401  404  403  404  403  do   404  403  403  404  401  404  403
api    extend_deadline          401  404  403  404  403  do   404  403  403  404  401  404  403
api    apologise_late           401  404  403  404  403  do   404  403  403  404  401  404  403
api    assign_handler       401  404  403  404  403  do   404  403  403  404  401  404  403
api    complete_step        401  404  403  404  403  do   404  403  403  404  401  404  403
api    skip_step            401  404  403  404  403  do   404  403  403  404  401  404  403
api    send_back_step       401  404  403  404  403  do   404  403  403  404  401  404  403
api    request_opinion      401  404  403  404  403  do   404  403  403  404  401  404  403
api    give_opinion         401  404  403  404  403  do   404  403  403  404  401  404  403
api    remind_opinion       401  404  403  404  403  do   404  403  403  404  401  404  403
api    revoke_opinion       401  404  403  404  403  do   404  403  403  404  401  404  403
api    hand_over_case       401  404  403  404  403  do   404  403  403  404  401  404  403
api    receive_handover     401  404  403  404  403  do   404  403  403  404  401  404  403
api    return_handover      401  404  403  404  403  do   404  403  403  404  401  404  403
api    record_payment       401  404  403  404  403  do   404  403  403  404  401  404  403
api    decide_refund        401  404  403  404  403  do   404  403  403  404  401  404  403
api    pay_refund           401  404  403  404  403  do   404  403  403  404  401  404  403
api    propose_result       401  404  403  404  403  do   404  403  403  404  401  404  403
api    send_back            401  404  403  404  403  do   404  403  403  404  401  404  403
api    approve_result       401  404  403  404  403  do   404  403  403  404  401  404  403
api    release_result       401  404  403  404  403  do   404  403  403  404  401  404  403
api    hand_over_result     401  404  403  404  403  do   404  403  403  404  401  404  403
api    give_back_originals  401  404  403  404  403  do   404  403  403  404  401  404  403
api    issue_secret_again   401  404  403  404  403  do   404  403  403  404  401  404  403
api    correct_paper        401  404  403  404  403  do   404  403  403  404  401  404  403
api    notify_receipt_error 401  404  403  404  403  do   404  403  403  404  401  404  403
api    replace_receipt      401  404  403  404  403  do   404  403  403  404  401  404  403
api    request_withdrawal   401  404  do   404  403  do   404  403  403  404  401  404  do
api    decline_withdrawal   401  404  403  404  403  do   404  403  403  404  401  404  403
api    stop_case            401  404  403  404  403  do   404  403  403  404  401  404  403
api    undo_last            401  404  403  404  403  do   404  403  403  404  401  404  403
api    reopen_case          401  404  403  404  403  do   404  403  403  404  401  404  403

desk   accept_intake        in   403  403  404  403  do   403  403  403  403  in   403  403
desk   decline_intake       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   request_supplement   in   403  403  404  403  do   403  403  403  403  in   403  403
desk   provide_supplement   in   403  403  404  403  do   403  403  403  403  in   403  do
desk   request_payment          in   403  403  404  403  do   403  403  403  403  in   403  403
desk   fulfil_obligation        in   403  403  404  403  do   403  403  403  403  in   403  403
desk   ask_confirmation         in   403  403  404  403  do   403  403  403  403  in   403  403
desk   confirm_draft            in   403  403  404  403  do   403  403  403  403  in   403  do
desk   prolong_for_verification in   403  403  404  403  do   403  403  403  403  in   403  403
desk   prolong_by_agreement     in   403  403  404  403  do   403  403  403  403  in   403  403
desk   extend_deadline          in   403  403  404  403  do   403  403  403  403  in   403  403
desk   apologise_late           in   403  403  404  403  do   403  403  403  403  in   403  403
desk   assign_handler       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   complete_step        in   403  403  404  403  do   403  403  403  403  in   403  403
desk   skip_step            in   403  403  404  403  do   403  403  403  403  in   403  403
desk   send_back_step       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   request_opinion      in   403  403  404  403  do   403  403  403  403  in   403  403
desk   give_opinion         in   403  403  404  403  do   403  403  403  403  in   403  403
desk   remind_opinion       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   revoke_opinion       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   hand_over_case       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   receive_handover     in   403  403  404  403  do   403  403  403  403  in   403  403
desk   return_handover      in   403  403  404  403  do   403  403  403  403  in   403  403
desk   record_payment       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   decide_refund        in   403  403  404  403  do   403  403  403  403  in   403  403
desk   pay_refund           in   403  403  404  403  do   403  403  403  403  in   403  403
desk   propose_result       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   send_back            in   403  403  404  403  do   403  403  403  403  in   403  403
desk   approve_result       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   release_result       in   403  403  404  403  do   403  403  403  403  in   403  403
desk   hand_over_result     in   403  403  404  403  do   403  403  403  403  in   403  403
desk   give_back_originals  in   403  403  404  403  do   403  403  403  403  in   403  403
desk   issue_secret_again   in   403  403  404  403  do   403  403  403  403  in   403  403
desk   correct_paper        in   403  403  404  403  do   403  403  403  403  in   403  403
desk   notify_receipt_error in   403  403  404  403  do   403  403  403  403  in   403  403
desk   replace_receipt      in   403  403  404  403  do   403  403  403  403  in   403  403
desk   request_withdrawal   in   403  403  404  403  do   403  403  403  403  in   403  do
desk   decline_withdrawal   in   403  403  404  403  do   403  403  403  403  in   403  403
desk   stop_case            in   403  403  404  403  do   403  403  403  403  in   403  403
desk   undo_last            in   403  403  404  403  do   403  403  403  403  in   403  403
desk   reopen_case          in   403  403  404  403  do   403  403  403  403  in   403  403

portal provide_supplement   in   404  do   403  403  403  403  403  403  403  in   403  do
portal confirm_draft        in   404  do   403  403  403  403  403  403  403  in   403  do
portal request_withdrawal   in   404  do   403  403  403  403  403  403  403  in   403  do
""")

# Where a file is handed out: each time one line in the access log, and nothing else is written.
DOWNLOAD = re.compile(
    r"/(papers|receipts|results|attachments|documents|act-papers)/<(uuid|int):|/<slug:medium>|/sheet/$"
    r"|<uuid:bundle>/download"
)
# These read no session, so that there is nothing for a foreign page to abuse: public resources of the API, a gateway's door.
WITHOUT_SESSION = frozenset(
    {"/api/v1/procedures/<words:code>/quote", "/api/v1/status", "/payments/callback/<slug:gateway>"}
)

_VERB_ADDRESS = {
    "api": "/api/v1/cases/<words:code>/{}",
    "desk": "/desk/cases/<str:code>/{}/",
    "portal": "/cases/<str:code>/{}/",
}


def route_of(door: Door) -> str:
    """The address of a line; a verb's stands below its case."""
    address = _VERB_ADDRESS.get(door.method)
    return address.format(door.route.replace("_", "-")) if address else door.route
