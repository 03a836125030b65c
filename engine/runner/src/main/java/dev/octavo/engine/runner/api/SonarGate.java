package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.EngineContext;
import java.util.Map;

/** The SonarQube servers that the pipeline's {@code withSonarQubeEnv} and {@code waitForQualityGate} mean. */
public interface SonarGate {
    /**
     * The variables that {@code withSonarQubeEnv} sets.
     *
     * @param server the name of the installation, {@code ""} where the pipeline gives none
     * @throws dev.octavo.engine.api.EngineException where there is no such server
     */
    Map<String, String> environment(String server);

    /** Waits for the analysis that ran last in the workspace and returns its status: {@code OK}, {@code ERROR}… */
    String await(EngineContext context);
}
