package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads a plan that {@code octavo plan} has written as JSON. */
final class PlanFile {
    private static final String MAKE = "make it with \"octavo plan --result FILE\"";

    private PlanFile() {}

    /**
     * The plan as it was made.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it cannot be read or was changed, {@link
     *     ErrorCode#CONFIG_INVALID} where it is another environment's
     */
    static PlanResult read(Path file, String environment) {
        PlanResult result = parse(file);
        boolean intact = result.hash().equals(Deployment.hash(result.services()))
                && result.services().stream().allMatch(planned -> planned.plan().intact());
        if (!intact) {
            throw unreadable(
                    file,
                    "it was changed after it was made: what it says does not give the hash " + result.hash(),
                    MAKE + " again, and do not edit it",
                    null);
        }
        boolean sameEnvironment = result.environment().equals(environment)
                && result.services().stream()
                        .allMatch(planned -> planned.plan().environment().equals(environment));
        if (!sameEnvironment) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The plan is for another environment",
                    file.toString(),
                    "it is for " + result.environment() + ", and " + environment + " was asked for",
                    "name the plan of " + environment + ", or deploy to " + result.environment());
        }
        return result;
    }

    private static PlanResult parse(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "the file does not exist", MAKE, e);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), "check that it is a file that may be read", e);
        }
        try {
            return RunRecord.parse(text, PlanResult.class)
                    .orElseThrow(() -> unreadable(file, "it is no plan, or only the beginning of one", MAKE, null));
        } catch (JacksonException e) {
            throw unreadable(file, "it is no plan, or only the beginning of one", MAKE + " again", e);
        }
    }

    private static EngineException unreadable(Path file, String why, String fix, @Nullable Exception cause) {
        return new EngineException(ErrorCode.CONFIG_FILE, "The plan cannot be used", file.toString(), why, fix, cause);
    }
}
