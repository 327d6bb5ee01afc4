"""What the tables of the sign-in packages hold."""

from seloste.kernel.holdings import declare, not_personal, personal

_number = not_personal("running number of the row")
_unused = not_personal("this table stays empty: accounts are made by the owner and no mail is confirmed")
_rights = not_personal("Django's own rights; we use none of them, job roles are in the declaration")
_models = not_personal("names of tables, written by Django")

declare("mfa_authenticator", id=_number, user_id=personal("staff"), type=personal("staff"), data=personal("staff"),
        created_at=personal("staff"), last_used_at=personal("staff"))  # fmt: skip
declare("account_emailaddress", id=_unused, user_id=_unused, email=_unused, verified=_unused, primary=_unused)
declare("account_emailconfirmation", id=_unused, email_address_id=_unused, created=_unused, sent=_unused, key=_unused)
declare("auth_permission", id=_rights, name=_rights, content_type_id=_rights, codename=_rights)
declare("auth_group", id=_rights, name=_rights)
declare("auth_group_permissions", id=_rights, group_id=_rights, permission_id=_rights)
declare("django_content_type", id=_models, app_label=_models, model=_models)
_limits = not_personal("counts attempts under keyed hashes that nobody can read back; gone within the hour")
declare("cache_entry", cache_key=_limits, value=_limits, expires=_limits)
