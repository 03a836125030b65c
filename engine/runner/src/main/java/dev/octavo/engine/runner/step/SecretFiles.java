package dev.octavo.engine.runner.step;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files with secrets, which only this user can read and which are gone when this is closed. */
public final class SecretFiles implements AutoCloseable {
    private final Path parent;
    private @Nullable Path folder;

    /** @param parent where the folder with the files is made, once there is one */
    public SecretFiles(Path parent) {
        this.parent = parent;
    }

    Path write(String name, String content, boolean executable) throws IOException {
        if (folder == null) {
            folder = Trees.privateFolder(parent, "secret");
        }
        // two credentials may have files of one name
        Path own = Trees.privateFolder(folder, "file");
        String plain = Path.of(name).getFileName().toString();
        Path file = Files.createFile(own.resolve(plain.isEmpty() ? "secret" : plain));
        Trees.restrict(file, executable);
        Files.writeString(file, content);
        return file;
    }

    @Override
    public void close() {
        if (folder != null) {
            try {
                Trees.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
