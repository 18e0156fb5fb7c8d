"""Events: places and queues, what changed, reminders, replays, calendars."""
