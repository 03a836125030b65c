package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import groovy.lang.GroovyObjectSupport;
import org.jspecify.annotations.Nullable;

/** {@code docker} in a script: says that there is none. */
final class DockerObject extends GroovyObjectSupport implements Handle {
    @Override
    public Object invokeMethod(String name, @Nullable Object args) {
        throw refused("docker." + name);
    }

    @Override
    public Object getProperty(String name) {
        throw refused("docker." + name);
    }

    private static PipelineError refused(String call) {
        return PipelineError.of(new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "\"" + call + "\" is not supported",
                LogicalThread.current().place().toString(),
                "it belongs to Jenkins' docker-workflow plugin and needs a Docker daemon",
                "build images with octavoImage, or call a program with sh"));
    }
}
