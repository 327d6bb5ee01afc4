"""The settings of the way out: typed, never repeated where they hold a password, and at home in the demo."""

import pytest

from seloste.config.environment import WrongSetting, read


@pytest.mark.parametrize(
    "given",
    [
        {"SELOSTE_SMTP": "mail.example.com"},
        {"SELOSTE_SMTP": "http://mail.example.com"},
        {"SELOSTE_SMTP": "smtp://"},
        {"SELOSTE_SMTP": "smtp://mail.example.com:99999"},
        {"SELOSTE_SMTP": "smtp://mail.example.com/path"},
        {"SELOSTE_MAIL_FROM": "Husgrove <noreply@example.com>"},
        {"SELOSTE_MAIL_FROM": "noreply@example.com, other@example.com"},
        {"SELOSTE_MAIL_FROM": "noreply@example.com\r\nBcc: x@example.com"},
        {"SELOSTE_ANYMAIL": "postmark"},
        {"SELOSTE_ANYMAIL_SETTINGS": "{}"},
        {"SELOSTE_ANYMAIL": "resend", "SELOSTE_ANYMAIL_SETTINGS": "{}"},
        {"SELOSTE_ANYMAIL": "postmark", "SELOSTE_ANYMAIL_SETTINGS": "[]"},
        {"SELOSTE_ANYMAIL": "postmark", "SELOSTE_ANYMAIL_SETTINGS": "secret-token"},
        {
            "SELOSTE_SMTP": "smtp://localhost:25",
            "SELOSTE_ANYMAIL": "postmark",
            "SELOSTE_ANYMAIL_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "secret-token"}',
        },
        {"SELOSTE_DEMO": "true", "SELOSTE_SMTP": "smtp://mail.example.com"},
        {
            "SELOSTE_DEMO": "true",
            "SELOSTE_ANYMAIL": "postmark",
            "SELOSTE_ANYMAIL_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "secret-token"}',
        },
    ],
    ids=str,
)
def test_wrong_way_out_is_refused_in_one_line(given: dict[str, str]) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(given)

    assert "\n" not in str(wrong.value)
    assert "secret-token" not in str(wrong.value)


def test_password_of_the_mail_server_is_never_repeated() -> None:
    with pytest.raises(WrongSetting) as wrong:
        read({"SELOSTE_SMTP": "smtp://name:hunter2@mail.example.com:0"})

    assert "hunter2" not in str(wrong.value)
    assert "hunter2" not in repr(read({"SELOSTE_SMTP": "smtp://name:hunter2@mail.example.com"}))


def test_right_ways_out_are_taken() -> None:
    assert read({"SELOSTE_SMTP": "smtps://name:p%40ss@mail.example.com"}).smtp_host == "mail.example.com"
    assert read({"SELOSTE_DEMO": "true", "SELOSTE_SMTP": "smtp://127.0.0.1:2525"}).smtp_host == "127.0.0.1"
    assert read({"SELOSTE_MAIL_FROM": "noreply@example.com"}).mail_from == "noreply@example.com"
    given = {"SELOSTE_ANYMAIL": "postmark", "SELOSTE_ANYMAIL_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "x"}'}
    assert read(given).anymail == "postmark"
