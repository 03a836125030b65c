package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that a person names on the command line. */
final class Folders {
    private Folders() {}

    /**
     * The folder itself, where it is one.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where there is none
     */
    static Path existing(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "There is no such folder",
                    folder.toString(),
                    Files.exists(folder) ? "it is a file" : "nothing is there",
                    "correct -C, or leave it out to use this folder");
        }
        return folder;
    }
}
