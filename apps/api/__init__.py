"""The API: one contract for programs; verbs are POST sub-resources of a case."""
