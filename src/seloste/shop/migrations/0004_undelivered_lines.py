"""What was withdrawn from, or went back in money, before it was delivered, is not delivered any more."""

from django.db import migrations, models

#: Lines that nobody delivered and all of whose price went back.
_FILL = """
UPDATE shop_orderline AS line SET ended_at = gone.at
FROM (
    SELECT (part ->> 'line')::uuid AS line, sum((part ->> 'gross')::numeric) AS back, max(asked_at) AS at
    FROM shop_refund, jsonb_array_elements(parts) AS part GROUP BY 1
) AS gone
WHERE gone.line = line.id AND line.fulfilled_at IS NULL AND line.gross > 0 AND gone.back >= line.gross
"""


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_goes_with_its_order")]

    operations = [
        migrations.AddField("orderline", "ended_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "orderline",
            models.Index(
                fields=["order"],
                name="order_line_undelivered",
                condition=models.Q(fulfilled_at__isnull=True, ended_at__isnull=True),
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
