"""Chat models as builders: any ``provider:model`` that LangChain can call.

``builder`` has the builder, ``settings`` what it is made with, ``trial`` the small call behind "Try
the connection", ``providers`` the facts Settings shows. Nothing is imported here, so that reading
settings stays quick.
"""
