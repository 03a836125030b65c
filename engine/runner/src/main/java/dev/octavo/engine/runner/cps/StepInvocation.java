package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SourcePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a step, with all that the step may use. */
public final class StepInvocation {
    private final LogicalThread thread;
    private final StepDefinition definition;
    private final Map<String, Object> arguments;
    private final StepInvocation.@Nullable Body body;
    private final SourcePlace place;
    private final Cancellation cancellation;

    StepInvocation(
            LogicalThread thread,
            StepDefinition definition,
            Map<String, Object> arguments,
            @Nullable Body body,
            SourcePlace place,
            Cancellation cancellation) {
        this.thread = thread;
        this.definition = definition;
        this.arguments = arguments;
        this.body = body;
        this.place = place;
        this.cancellation = cancellation;
    }

    public String name() {
        return definition.name();
    }

    StepDefinition definition() {
        return definition;
    }

    /** What it does, in one line. */
    String label() {
        Object label = arguments.get("label");
        Object value = label == null ? arguments.get(definition.sole()) : label;
        return value instanceof CharSequence text
                ? text.toString().strip().lines().findFirst().orElse("")
                : "";
    }

    public LogicalThread thread() {
        return thread;
    }

    public PipelineRun run() {
        return thread.run();
    }

    public StepContext context() {
        return thread.context();
    }

    public SourcePlace place() {
        return place;
    }

    /** Is cancelled where this step, and not the whole run, shall end. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** All arguments by name. */
    public Map<String, Object> arguments() {
        return arguments;
    }

    public boolean has(String name) {
        return arguments.get(name) != null;
    }

    public @Nullable Object value(String name) {
        return arguments.get(name);
    }

    /** A text, or the default where it is not given. */
    public String text(String name, String missing) {
        Object value = arguments.get(name);
        if (value == null) {
            return missing;
        }
        if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw wrongType(name, "a text", value);
    }

    /** A text that must be given. */
    public String text(String name) {
        if (arguments.get(name) == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "Step \"" + name() + "\" needs the argument \"" + name + "\"",
                    place.toString(),
                    "it was not given, or is null",
                    "write " + name() + "(" + name + ": …)");
        }
        return text(name, "");
    }

    public boolean flag(String name, boolean missing) {
        Object value = arguments.get(name);
        if (value == null) {
            return missing;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof String text && (text.equals("true") || text.equals("false"))) {
            return Boolean.parseBoolean(text);
        }
        throw wrongType(name, "true or false", value);
    }

    public long number(String name, long missing) {
        Object value = arguments.get(name);
        if (value == null) {
            return missing;
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value instanceof String text) {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw wrongType(name, "a number", value);
            }
        }
        throw wrongType(name, "a number", value);
    }

    /** A list; a single value is a list of one. */
    public List<Object> list(String name) {
        Object value = arguments.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        return List.of(value);
    }

    private EngineException wrongType(String name, String expected, Object value) {
        return new EngineException(
                ErrorCode.PIPELINE_SYNTAX,
                "Argument \"" + name + "\" of step \"" + name() + "\" is not " + expected,
                place.toString(),
                "it is a " + value.getClass().getName(),
                "give " + expected);
    }

    public boolean hasBody() {
        return body != null;
    }

    /** Runs the block in the context of the call. */
    public @Nullable Object runBody() throws Throwable {
        return runBody(context());
    }

    /** Runs the block in another context; nothing where there is none. */
    public @Nullable Object runBody(StepContext within) throws Throwable {
        return body == null ? null : body.run(within);
    }

    /** The block of a step. */
    @FunctionalInterface
    public interface Body {
        @Nullable
        Object run(StepContext within) throws Throwable;
    }

    /** All variables at the place of the call. */
    public Map<String, String> environment() {
        return run().environment(context());
    }

    /**
     * The current folder, which is there when this returns.
     *
     * @throws EngineException outside of {@code node}
     */
    public Path directory() {
        Path directory = context().directory();
        if (directory == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "Step \"" + name() + "\" needs an agent and is called outside of any",
                    place.toString(),
                    context().agentless()
                            ? "the pipeline says \"agent none\", and there is no node { } around the step"
                            : "there is no node { } around the step",
                    "give the stage an agent, or put node { } around the step");
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The folder of step \"" + name() + "\" cannot be made",
                    directory.toString(),
                    String.valueOf(e.getMessage()),
                    "free some room, or choose another folder for the work",
                    e);
        }
        return directory;
    }

    /** A line for the build's log. */
    public void output(String line) {
        run().output(thread, line);
    }

    public void warning(String message) {
        run().warning(context(), message);
    }

    /** Hears what a program or an operation has to say, for the build's log. */
    public EngineListener listener() {
        return new EngineListener() {
            @Override
            public void progress(String message) {
                thread.noteActivity();
                run().progress(context(), message);
            }

            @Override
            public void warning(String message) {
                StepInvocation.this.warning(message);
            }

            @Override
            public void output(String line) {
                StepInvocation.this.output(line);
            }
        };
    }

    /** The context of an operation of the engine in the current folder. */
    public EngineContext engineContext(Path folder) {
        return new EngineContext(
                folder,
                run().request().runFolder().resolve("cache"),
                environment(),
                listener(),
                cancellation,
                run().request().clock());
    }
}
