package dev.octavo.engine.git;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * What JGit asks the system, answered without starting a program, writing to the user's home or probing the disk.
 *
 * <p>By default JGit looks for the system's configuration by running {@code git} twice, and measures how fine a file's
 * time is by writing files in a loop for seconds; both once for each machine, which is once for each container.
 */
public final class GitSystem extends SystemReader.Delegate {
    /** Coarser than any tick of a local Linux, macOS or Windows file system. */
    private static final String FILE_TIME_RESOLUTION = "20 ms";

    private GitSystem(SystemReader system) {
        super(system);
    }

    /** Makes JGit use this class in the whole JVM; does nothing where it does already. */
    public static synchronized void prepare() {
        SystemReader current = SystemReader.getInstance();
        if (!(current instanceof GitSystem)) {
            SystemReader.setInstance(new GitSystem(current));
        }
    }

    @Override
    public String getHostname() {
        return "localhost"; // the real one may need a name server; it only decorates made-up mail addresses
    }

    @Override
    public @Nullable String getenv(String variable) {
        String value = super.getenv(variable);
        // JGit has no SSH client of its own: it uses the system's where this variable names it
        return value == null && variable.equals("GIT_SSH") ? "ssh" : value;
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        Path file = Path.of("/etc/gitconfig");
        boolean wanted = super.getenv("GIT_CONFIG_NOSYSTEM") == null && Files.isReadable(file);
        return wanted ? new FileBasedConfig(parent, file.toFile(), fs) : new NoFile(parent, fs);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        Config below = parent == null ? new Config() : parent;
        Path general = getXdgConfigDirectory(fs);
        Path shared = general == null ? null : general.resolve("git/config");
        if (shared != null && Files.isReadable(shared)) {
            FileBasedConfig config = new FileBasedConfig(below, shared.toFile(), fs);
            try {
                config.load();
                below = config;
            } catch (IOException | ConfigInvalidException e) {
                // as git does for a file that it cannot read: go on without
            }
        }
        return new UserConfig(below, new File(fs.userHome(), ".gitconfig"), fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    /** The user's configuration; it also answers how fine file times are, so that JGit need not measure. */
    private static final class UserConfig extends FileBasedConfig {
        UserConfig(Config parent, File file, FS fs) {
            super(parent, file, fs);
        }

        @Override
        public @Nullable String getString(String section, @Nullable String subsection, String name) {
            String value = super.getString(section, subsection, name);
            return value == null && section.equals("filesystem") && subsection != null ? FILE_TIME_RESOLUTION : value;
        }
    }

    private static final class NoFile extends FileBasedConfig {
        NoFile(@Nullable Config parent, FS fs) {
            super(parent, new File(fs.userHome(), ".octavo-none"), fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
