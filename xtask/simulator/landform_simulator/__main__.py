"""The command line: listens, says where on stdout, and ends with the process that started it."""

import argparse
import os
import sys
import threading

# moto reads these while it is imported, so they are set before anything of it is.
ENVIRONMENT = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ACM_VALIDATION_WAIT": "1",
    # moto's own calls, for instance to its S3 from its EC2, must not leave this machine.
    "AWS_ACCESS_KEY_ID": "simulator",
    "AWS_SECRET_ACCESS_KEY": "simulator",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="landform_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 picks a free one")
    parser.add_argument("--verbose", action="store_true", help="log every request to stderr")
    arguments = parser.parse_args()

    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)
    from landform_simulator.server import make_server

    server = make_server(arguments.host, arguments.port, verbose=arguments.verbose)
    print(f"listening on {arguments.host}:{server.server_port}", flush=True)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


def exit_with_parent() -> None:
    """Blocks until stdin closes, which it does however the parent ends. A terminal is not a parent."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return
    try:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
