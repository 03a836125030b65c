package dev.octavo.engine.quality;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.stream.Collectors;

/** The quality gate is red; carries its conditions, for the run's record. */
public final class QualityGateException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient QualityResult result;

    QualityGateException(QualityResult result) {
        super(
                ErrorCode.SONAR_RED,
                "The quality gate of \"" + result.projectKey() + "\" is red",
                result.dashboardUrl(),
                result.conditions().stream()
                        .filter(condition -> !condition.isMet())
                        .map(QualityCondition::describe)
                        .collect(Collectors.joining("\n")),
                "open the address above, correct what it lists, and commit");
        this.result = result;
    }

    /** The analysis with all its conditions. */
    public QualityResult result() {
        return result;
    }
}
