"""When the city works: calendars, their versions, and working time as pure arithmetic."""
