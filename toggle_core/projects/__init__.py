"""The files of a project: which paths and sizes they may have, and how they are downloaded."""
