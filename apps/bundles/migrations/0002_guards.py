"""What a bundle is of never changes, and one that was cleared away stays; its parts may be deleted."""

from django.db import migrations

from apps.core.guards import deletable


class Migration(migrations.Migration):
    dependencies = [("bundles", "0001_initial"), ("core", "0003_guards")]

    operations = [
        *deletable("bundles_bundlepart"),
        migrations.RunSQL(
            """
            CREATE TRIGGER cleared_stays BEFORE UPDATE OR DELETE ON bundles_bundle
                FOR EACH ROW WHEN (OLD.state = 'cleared') EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER bundle_stays_what_it_is BEFORE UPDATE ON bundles_bundle
                FOR EACH ROW WHEN (
                    (OLD.uuid, OLD.of, OLD.medium, OLD.asked_by_id, OLD.asked_at, OLD.contents, OLD.total)
                        IS DISTINCT FROM (NEW.uuid, NEW.of, NEW.medium, NEW.asked_by_id, NEW.asked_at, NEW.contents, NEW.total)
                    OR (OLD.year, OLD.business_id, OLD.agency_id, OLD.day, OLD.session_id)
                        IS DISTINCT FROM (NEW.year, NEW.business_id, NEW.agency_id, NEW.day, NEW.session_id)
                ) EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER part_made_once BEFORE UPDATE ON bundles_bundlepart
                FOR EACH ROW WHEN (OLD.made_at IS NOT NULL OR OLD.receipts <> NEW.receipts) EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER part_made_once ON bundles_bundlepart;
            DROP TRIGGER bundle_stays_what_it_is ON bundles_bundle;
            DROP TRIGGER cleared_stays ON bundles_bundle;
            """,
        ),
    ]
