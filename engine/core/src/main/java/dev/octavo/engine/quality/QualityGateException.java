package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.stream.Collectors;

/** The quality gate does not let it pass; carries its conditions, for the run's record. */
public final class QualityGateException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient QualityResult result;

    private QualityGateException(ErrorCode code, QualityResult result, String what, String why, String fix) {
        super(code, what, result.dashboardUrl(), why, fix);
        this.result = result;
    }

    static QualityGateException red(QualityResult result) {
        return new QualityGateException(
                ErrorCode.SONAR_RED,
                result,
                "The quality gate of \"" + result.projectKey() + "\" is red",
                result.conditions().stream()
                        .filter(condition -> !condition.isMet())
                        .map(QualityCondition::describe)
                        .collect(Collectors.joining("\n")),
                "open the address above, correct what it lists, and commit");
    }

    static QualityGateException empty(QualityResult result) {
        return new QualityGateException(
                ErrorCode.SONAR_EMPTY,
                result,
                "The quality gate of \"" + result.projectKey() + "\" had nothing to check",
                result.describe(),
                "analyse the main branch once without this requirement, or give the gate a condition on all code");
    }

    /** The analysis with all its conditions. */
    public QualityResult result() {
        return result;
    }
}
