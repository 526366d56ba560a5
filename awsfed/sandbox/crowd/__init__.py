"""A directory server with Crowd's REST face: users, groups and sessions, as strict as the real one."""
