package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import java.util.List;

/**
 * A call in a pipeline.
 *
 * @param number its place in the order of all
 * @param around what it is in, the outermost first
 */
record Step(int number, Code.Call call, Scope scope, List<Code> around) {
    Step {
        around = List.copyOf(around);
    }

    boolean is(String name) {
        return call.is(name);
    }
}
