"""Files and pictures of the dashboard's pages, behind its login: no key of the API opens them."""

from fastapi import FastAPI

from toggle_core.api import exports, insights, pictures, problems


def create_downloads() -> FastAPI:
    """The application, to be mounted beside the pages, behind the dashboard's login."""
    app = FastAPI(openapi_url=None)
    routers = (exports.router, insights.router, pictures.router)
    for each in routers:
        app.include_router(each)
    problems.register(app, [route for each in routers for route in each.routes])
    return app
