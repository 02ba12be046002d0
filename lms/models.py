"""All tables in one import, for migrations and tests."""

from lms.access import models as access
from lms.assessments import models as assessments
from lms.assignments import models as assignments
from lms.authoring import models as authoring
from lms.cases import models as cases
from lms.competency import models as competency
from lms.core import models as core
from lms.corrections import models as corrections
from lms.courses import models as courses
from lms.credentials import models as credentials
from lms.decisions import models as decisions
from lms.facts import models as facts
from lms.feedback import models as feedback
from lms.hours import models as hours
from lms.interop import models as interop
from lms.learning import models as learning
from lms.library import models as library
from lms.marking import models as marking
from lms.orders import models as orders
from lms.partners import models as partners
from lms.people import models as people
from lms.placement import models as placement
from lms.planning import models as planning
from lms.portfolio import models as portfolio
from lms.psychometrics import models as psychometrics
from lms.reports import models as reports
from lms.reviewing import models as reviewing
from lms.talent import models as talent

__all__ = [
    "access",
    "assessments",
    "assignments",
    "authoring",
    "cases",
    "competency",
    "core",
    "corrections",
    "courses",
    "credentials",
    "decisions",
    "facts",
    "feedback",
    "hours",
    "interop",
    "learning",
    "library",
    "marking",
    "partners",
    "orders",
    "people",
    "placement",
    "planning",
    "portfolio",
    "psychometrics",
    "reports",
    "reviewing",
    "talent",
]
