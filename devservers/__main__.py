"""The command line of this package: `python -m devservers {bootstrap,run,check,requirements,clean}`."""

import argparse
import sys

from devservers.failures import DevserversError


def main(arguments: list[str] | None = None) -> int:
    """Parses, calls one function, and turns a `DevserversError` into one sentence and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        return _dispatch(options)
    except DevserversError as error:
        print(f"devservers: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devservers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    bootstrap = commands.add_parser(
        "bootstrap", help="system packages, .venv, translations; quick when all is there"
    )
    bootstrap.add_argument("purpose", choices=["demo", "test"])

    run = commands.add_parser("run", help="run a command with PostgreSQL and Valkey beside it")
    run.add_argument("--name", default="default", help="which of this clone's sets of stored data to use")
    run.add_argument("--ephemeral", action="store_true", help="new, empty servers, deleted afterwards")
    run.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- COMMAND")

    commands.add_parser("check", help="every check of `make test`, one after another")
    requirements = commands.add_parser("requirements", help="pin and hash requirements/*.in")
    requirements.add_argument(
        "--upgrade", action="store_true", help="to the newest versions that the .in files allow"
    )
    commands.add_parser("clean", help="delete what this package made outside and inside of .local")
    return parser


def _dispatch(options: argparse.Namespace) -> int:
    # Imported late: `bootstrap` runs on the system's Python, before anything is installed.
    if options.command == "bootstrap":
        from devservers.bootstrap import bootstrap

        bootstrap(options.purpose)
        return 0
    if options.command == "requirements":
        from devservers.bootstrap import compile_requirements

        compile_requirements(upgrade=options.upgrade)
        return 0
    if options.command == "check":
        from devservers.check import run_checks

        return run_checks()
    if options.command == "clean":
        from devservers.places import clean

        clean()
        return 0
    from devservers.run import run

    argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
    if not argv:
        raise DevserversError("No command is given: python -m devservers run -- COMMAND ARGUMENTS")
    return run(argv, name=options.name, ephemeral=options.ephemeral)


if __name__ == "__main__":
    sys.exit(main())
