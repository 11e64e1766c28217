"""`python -m estate_app …`: the administrator's commands."""

from estate_app.cli import main

if __name__ == "__main__":
    main()
