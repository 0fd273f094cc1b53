"""Places: every open case is at an agency that exists, every open handover is offered by the agency that holds the case."""

AGENCIES = """
    SELECT c.id, c.code || ' at ' || a.identification_code, 'agency_ended'
    FROM cases_case c JOIN units_agency a ON a.id = c.current_agency_id
    WHERE c.id BETWEEN %(first)s AND %(last)s AND NOT c.status = ANY(%(ended)s)
        AND (a.valid_from > %(day)s OR a.valid_to <= %(day)s)
    ORDER BY c.id
"""


HANDOVERS = """
    SELECT h.id, c.code, CASE
        WHEN c.status = ANY(%(ended)s) THEN 'waits_after_end'
        ELSE 'offered_by_another' END
    FROM cases_handover h JOIN cases_case c ON c.id = h.case_id
    WHERE h.id BETWEEN %(first)s AND %(last)s AND h.answered_at IS NULL
        AND (c.status = ANY(%(ended)s) OR h.from_agency_id <> c.current_agency_id)
    ORDER BY h.id
"""
