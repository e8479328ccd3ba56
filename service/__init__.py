"""The service: scores for case-management tools, pages for auditors. ``service.app.create_app`` makes it."""
