# Every target is a command of ./run; `make help` lists them.
.DEFAULT_GOAL := help
COMMANDS := demo up down logs shell psql seed test lint fmt bench faults trace pot shot doctor clean help

.PHONY: $(COMMANDS)
$(COMMANDS):
	@./run $@ $(ARGS)
