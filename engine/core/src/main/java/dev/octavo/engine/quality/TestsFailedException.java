package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;

/** Tests failed; carries what all of them did, for the run's record. */
public final class TestsFailedException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient TestSummary tests;

    TestsFailedException(TestSummary tests, String what, String where, String why, String fix) {
        super(ErrorCode.TEST_FAILED, what, where, why, fix);
        this.tests = tests;
    }

    /** The tests of the module that failed. */
    public TestSummary tests() {
        return tests;
    }
}
