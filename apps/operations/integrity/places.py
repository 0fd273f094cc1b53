"""Places: every open case is at an agency that exists, every open handover is offered by the agency that holds the case;
every original has one holder."""

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


FILED = """
    SELECT s.id, p.code || ' of application ' || a.uuid, 'holder_not_one'
    FROM applications_originalseen s JOIN applications_application a ON a.id = s.application_id
    JOIN procedures_component p ON p.id = s.component_id
    WHERE s.id BETWEEN %(first)s AND %(last)s AND p.mode = 'original_filed' AND 1 <> (
        SELECT count(*) FROM cases_originalcustody o JOIN cases_case c ON c.id = o.case_id
        WHERE c.application_id = s.application_id AND o.component_id = s.component_id AND o.left_at IS NULL)
    ORDER BY s.id
"""

# A handover that waits has moved nothing yet: until it is received the paper is the sender's, as the case is.
CUSTODY = """
    SELECT o.id, p.code || ' of ' || c.code, CASE
        WHEN o.left_at IS NULL AND o.holder_id <> c.current_agency_id THEN 'held_elsewhere'
        ELSE 'turn_overlaps' END
    FROM cases_originalcustody o JOIN cases_case c ON c.id = o.case_id
    JOIN procedures_component p ON p.id = o.component_id
    WHERE o.id BETWEEN %(first)s AND %(last)s AND (
        (o.left_at IS NULL AND o.holder_id <> c.current_agency_id)
        OR EXISTS (
            SELECT FROM cases_originalcustody other
            WHERE other.case_id = o.case_id AND other.component_id = o.component_id AND other.id < o.id
                AND (other.left_at IS NULL OR other.left_at > coalesce(o.received_at, o.given_at))))
    ORDER BY o.id
"""
