"""Who works here: users, the posts they hold, and the actor that every verb is told of."""
