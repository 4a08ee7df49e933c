"""What `./run seed --tickets N` writes by SQL is what the ORM would have written."""

from tests.system.harness import scenario

COUNT = 600


def test_copied_tickets_are_like_real_ones(tools, installed_database):
    """IE-51: tickets in bulk have the columns, messages, clocks and promises of real ones.

    On a sample: the same columns are filled in the ticket and in each row that belongs to it, the
    clocks add up to the second (I-5), the text for searching and the service levels are what the
    ORM computes for the same request at the same moment.
    """
    with scenario(tools, "loader", source=installed_database) as ctx:
        for words in (["--seed"], ["--tickets", str(COUNT)]):
            command = [tools.python, "-m", "tools.demo_data", "--db", ctx.db, *words]
            done = tools.run_as(command, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-3000:]
        differences = ctx.call("tests.system.loader:judge", COUNT)
    assert not differences, "\n".join(differences[:20])
