"""One tree of errors; each has its status for the web and for the command line."""

import pytest

from service import errors
from service.errors import ServiceError
from sheets_schema.declaration import DeclarationError
from sheets_schema.wording import verbatim


def family(error):
    return [error, *(kin for child in error.__subclasses__() for kin in family(child))]


DEFINED = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, BaseException)]


@pytest.mark.parametrize("error", DEFINED)
def test_error_belongs_to_the_tree(error):
    assert issubclass(error, ServiceError)
    assert error.__name__.endswith("Error")
    assert error.__doc__


@pytest.mark.parametrize("error", family(ServiceError))
def test_error_has_its_statuses(error):
    assert 400 <= error.http_status <= 599
    assert error.exit_status == 2


@pytest.mark.parametrize("error", DEFINED)
def test_error_is_its_message(error):
    assert str(error(verbatim("vì sao"))) == "vì sao"


@pytest.mark.parametrize("error", DEFINED)
def test_tree_is_drawn_whole(error):
    assert error.__name__ in errors.__doc__


def test_declaration_has_its_own_error():
    assert not issubclass(DeclarationError, ServiceError)
