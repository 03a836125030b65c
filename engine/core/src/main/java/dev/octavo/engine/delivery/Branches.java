package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Records that branches of a run have left, each in a folder of its own below {@code .octavo/branches}. */
final class Branches {
    private static final String FOLDER = "branches";

    private Branches() {}

    /** Adds what they have done to the run's record, and removes them. */
    static void join(RunRecord record, EngineContext context) {
        Path folder = context.workspace().resolve(RunRecord.FOLDER).resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            for (Path branch : below(folder, 1)) {
                if (Files.exists(branch.resolve(RunRecord.FOLDER).resolve("run.json"))) {
                    record.absorb(RunRecord.open(branch));
                }
            }
            for (Path each : below(folder, Integer.MAX_VALUE)) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The records of the run's branches cannot be joined",
                    folder.toString(),
                    String.valueOf(e.getMessage()),
                    "free some room there, and see that the folder may be written to",
                    e);
        }
    }

    /** The deepest first. */
    private static List<Path> below(Path folder, int depth) throws IOException {
        try (Stream<Path> all = Files.walk(folder, depth)) {
            return all.sorted(Comparator.reverseOrder())
                    .filter(each -> depth > 1 || !each.equals(folder))
                    .toList();
        }
    }
}
