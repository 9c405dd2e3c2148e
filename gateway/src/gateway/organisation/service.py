"""The menu of the organisation: one line an operation. It runs inside the gateway and serves nothing on the bus."""

from __future__ import annotations

from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.writing import updater
from gateway.organisation.domain.key import Key
from gateway.organisation.domain.partner import Partner, PartnerKey
from gateway.organisation.domain.team import Team
from gateway.organisation.domain.user import User
from gateway.organisation.queries import organisation as reads
from gateway.organisation.queries import views
from gateway.organisation.usecases.clear_view_default import clear_view_default
from gateway.organisation.usecases.create_key import create_key
from gateway.organisation.usecases.create_partner import create_partner
from gateway.organisation.usecases.create_partner_key import create_partner_key
from gateway.organisation.usecases.create_sign_in_link import create_sign_in_link
from gateway.organisation.usecases.create_team import create_team
from gateway.organisation.usecases.create_user import create_user
from gateway.organisation.usecases.create_view import create_view
from gateway.organisation.usecases.delete_key import delete_key
from gateway.organisation.usecases.delete_partner import delete_partner
from gateway.organisation.usecases.delete_partner_key import delete_partner_key
from gateway.organisation.usecases.delete_view import delete_view
from gateway.organisation.usecases.end_export import end_export
from gateway.organisation.usecases.end_session import end_session
from gateway.organisation.usecases.found_workspace import found_workspace
from gateway.organisation.usecases.import_teams import import_teams
from gateway.organisation.usecases.import_users import import_users
from gateway.organisation.usecases.make_view_default import make_view_default
from gateway.organisation.usecases.restore_view import restore_view
from gateway.organisation.usecases.start_export import start_export
from gateway.organisation.usecases.start_session import start_session
from gateway.organisation.usecases.undo_import import undo_import
from gateway.organisation.usecases.update_team import update_team
from gateway.organisation.usecases.update_user import update_user
from gateway.organisation.usecases.update_view import update_view


class Organisation(Service):
    """Workspaces, users, teams, keys, partners, saved views and how people sign in."""

    name = "organisation"
    issuers = ()

    found_workspace = command(found_workspace)
    get_workspace = query(reads.get_workspace)

    create_user = command(create_user)
    update_user = command(update_user)
    import_users = command(import_users)
    get_user = query(getter(User))
    read_users = query(reader(User))
    list_users = query(lister(User, reads.USER_FIELDS))
    export_users = query(exporter(User, reads.USER_FIELDS))
    search_users = query(reads.search_users)

    create_team = command(create_team)
    update_team = command(update_team)
    import_teams = command(import_teams)
    undo_import = command(undo_import)
    get_team = query(getter(Team))
    read_teams = query(reader(Team))
    list_teams = query(lister(Team, reads.TEAM_FIELDS))
    export_teams = query(exporter(Team, reads.TEAM_FIELDS))

    create_key = command(create_key)
    delete_key = command(delete_key)
    get_key = query(getter(Key))
    read_keys = query(reader(Key))
    list_keys = query(lister(Key, reads.KEY_FIELDS))
    export_keys = query(exporter(Key, reads.KEY_FIELDS))

    create_partner = command(create_partner)
    update_partner = command(updater(Partner))
    delete_partner = command(delete_partner)
    get_partner = query(getter(Partner))
    read_partners = query(reader(Partner))
    list_partners = query(lister(Partner, reads.PARTNER_FIELDS))
    export_partners = query(exporter(Partner, reads.PARTNER_FIELDS))

    create_partner_key = command(create_partner_key)
    delete_partner_key = command(delete_partner_key)
    get_partner_key = query(getter(PartnerKey))
    read_partner_keys = query(reader(PartnerKey))
    list_partner_keys = query(lister(PartnerKey, reads.PARTNER_KEY_FIELDS))
    export_partner_keys = query(exporter(PartnerKey, reads.PARTNER_KEY_FIELDS))

    create_view = command(create_view, show=views.with_default)
    update_view = command(update_view, show=views.with_default)
    delete_view = command(delete_view, show=views.with_default)
    restore_view = command(restore_view, show=views.with_default)
    make_view_default = command(make_view_default, show=views.with_default)
    clear_view_default = command(clear_view_default, show=views.with_default)
    get_view = query(views.get_view)
    read_views = query(views.read_views)
    list_views = query(views.list_views)

    create_sign_in_link = command(create_sign_in_link)
    start_session = command(start_session)
    end_session = command(end_session)

    start_export = command(start_export)
    end_export = command(end_export)

    describe = query(
        describer(
            {
                "users": reads.USER_FIELDS,
                "teams": reads.TEAM_FIELDS,
                "keys": reads.KEY_FIELDS,
                "partners": reads.PARTNER_FIELDS,
                "partner_keys": reads.PARTNER_KEY_FIELDS,
                "views": views.VIEW_FIELDS,
            }
        )
    )
