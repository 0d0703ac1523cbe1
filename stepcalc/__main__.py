"""``python -m stepcalc`` is the command ``stepcalc``."""

from stepcalc.cli.main import run

if __name__ == "__main__":
    run()
