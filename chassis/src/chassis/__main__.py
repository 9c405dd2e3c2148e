"""`python -m chassis run|migrate|topology|relay`: one process kind each, chosen before anything heavy is imported."""

from __future__ import annotations

import sys

USAGE = "usage: python -m chassis run <service> | migrate <service> | topology | relay"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", service]:
            from chassis.bus import green

            green.patch()
            from chassis.bus import host

            green.leave(host.run(service))
        case ["migrate", service]:
            from chassis import migrate, settings

            revision = migrate.upgrade(service, settings.database_url(service))
            print(f"{service}: database at {revision}")
            return 0
        case ["topology"]:
            from chassis import settings
            from chassis.bus import topology

            services = [name for name in settings.database_urls() if name != "gateway"]
            count = topology.declare(settings.load().amqp_url, [topology.menu_of(name) for name in services])
            print(f"{count} event queues of {len(services)} services declared")
            return 0
        case ["relay"]:
            from chassis import logs, settings
            from chassis.bus import relay

            config = settings.load()
            logs.configure(config.log_level, config.process)
            path = settings.socket_path(config.home, relay.SOCKET_NAME)
            relay.run(settings.database_urls(), config.amqp_url, path, config.process)
            return 0
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    from chassis.settings import BadSetting

    try:
        sys.exit(main(sys.argv[1:]))
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(78)
