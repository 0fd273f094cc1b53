"""Whom papers, pages and lists name is changed by an act of administration that stands on record, or not at all."""

from django.db import migrations

# The last act on the row says what it says now, column by column; when it ends is its own matter (reorganisation).
_GUARD = """
    CREATE FUNCTION refuse_unrecorded_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed jsonb := (
            SELECT coalesce(jsonb_object_agg(now.key, now.value), '{}') FROM jsonb_each(to_jsonb(NEW)) AS now
            WHERE now.key <> 'valid_to' AND now.value IS DISTINCT FROM to_jsonb(OLD) -> now.key);
    BEGIN
        IF changed <> '{}' AND NOT coalesce((
            SELECT body @> changed AND decision <> '' FROM core_administrativeact
            WHERE kind = TG_ARGV[0] AND subject = TG_ARGV[0] || ':' || OLD.id ORDER BY id DESC LIMIT 1), false)
        THEN
            RAISE EXCEPTION 'no act of administration changes % % so: %', TG_ARGV[0], OLD.id, changed
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER changed_on_record BEFORE UPDATE ON units_agency
        FOR EACH ROW EXECUTE FUNCTION refuse_unrecorded_change('agency');
    CREATE TRIGGER changed_on_record BEFORE UPDATE ON units_agencykind
        FOR EACH ROW EXECUTE FUNCTION refuse_unrecorded_change('agency_kind');
    CREATE TRIGGER changed_on_record BEFORE UPDATE ON units_administrativeunit
        FOR EACH ROW EXECUTE FUNCTION refuse_unrecorded_change('unit');
"""
_GUARD_BACK = """
    DROP TRIGGER changed_on_record ON units_administrativeunit;
    DROP TRIGGER changed_on_record ON units_agencykind;
    DROP TRIGGER changed_on_record ON units_agency;
    DROP FUNCTION refuse_unrecorded_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_administration_guards"), ("units", "0001_initial")]

    operations = [migrations.RunSQL(_GUARD, reverse_sql=_GUARD_BACK)]
