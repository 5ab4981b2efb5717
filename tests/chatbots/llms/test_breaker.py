from __future__ import annotations

import pytest

from chatbots.exceptions import CircuitOpen, LLMBusy, LLMTimeout
from chatbots.llms.breaker import CircuitBreaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(2, 30, clock)


def fail(breaker: CircuitBreaker, error: Exception | None = None) -> None:
    error = error or LLMTimeout("slow")
    with pytest.raises(type(error)), breaker.attempt():
        raise error


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.attempt():
        pass


def test_failures_in_a_row_open_it_and_a_success_between_them_does_not(breaker: CircuitBreaker) -> None:
    fail(breaker)
    succeed(breaker)
    fail(breaker)
    assert breaker.state == "closed"
    fail(breaker)
    assert (breaker.state, breaker.seconds_left, breaker.last_error) == ("open", 30, "LLMTimeout: slow")


def test_while_it_is_open_everyone_is_turned_away_with_the_reason(breaker: CircuitBreaker) -> None:
    fail(breaker)
    fail(breaker)
    with pytest.raises(CircuitOpen, match="LLMTimeout: slow"):
        succeed(breaker)


def test_after_its_rest_one_tries_and_the_others_wait_for_what_comes_of_it(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    fail(breaker)
    fail(breaker)
    clock.now = 30
    assert breaker.state == "trying"
    with breaker.attempt(), pytest.raises(CircuitOpen):
        succeed(breaker)
    assert (breaker.state, breaker.last_error) == ("closed", "")
    succeed(breaker)


def test_a_try_that_fails_opens_it_for_another_rest(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker)
    fail(breaker)
    clock.now = 31
    fail(breaker)
    assert (breaker.state, breaker.seconds_left) == ("open", 30)


@pytest.mark.parametrize("error", [LLMBusy("full"), GeneratorExit(), ZeroDivisionError()])
def test_what_says_nothing_of_the_model_is_not_counted(
    breaker: CircuitBreaker, clock: Clock, error: BaseException
) -> None:
    for _ in range(3):
        with pytest.raises(type(error)), breaker.attempt():
            raise error
    assert breaker.state == "closed"
    fail(breaker)
    fail(breaker)
    clock.now = 30
    with pytest.raises(type(error)), breaker.attempt():
        raise error
    assert breaker.state == "trying", "the next one may try"
    succeed(breaker)
    assert breaker.state == "closed"
