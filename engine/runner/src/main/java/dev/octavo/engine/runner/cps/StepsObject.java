package dev.octavo.engine.runner.cps;

import groovy.lang.GroovyObjectSupport;
import org.jspecify.annotations.Nullable;

/** {@code steps} in a script: the steps alone, without what a library or the script defines over them. */
final class StepsObject extends GroovyObjectSupport implements Handle {
    @Override
    public @Nullable Object invokeMethod(String name, @Nullable Object args) {
        return LogicalThread.current().call(name, args);
    }

    @Override
    public String toString() {
        return "steps";
    }
}
