"""What pages and API share: the actor of a request, refusals as responses, request keys, sign-in."""
