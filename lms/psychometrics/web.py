from flask import Blueprint

blueprint = Blueprint("psychometrics", __name__)
