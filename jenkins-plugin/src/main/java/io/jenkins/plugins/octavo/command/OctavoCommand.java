package io.jenkins.plugins.octavo.command;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.PluginWrapper;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.MasterToSlaveFileCallable;
import jenkins.model.Jenkins;

/** The {@code octavo} command on an agent: put there once for each version of the plugin. */
public final class OctavoCommand {
    private static final String JAR = "octavo.jar";
    /** Its name beside the plugin's classes: what agents need of the command. */
    private static final String CARRIED_JAR = "octavo-agent.jar";

    private static final String LAUNCHER = "octavo.sh";
    private static final long UNUSED_DAYS = 30;
    private static final int PIECE = 1 << 18;
    /** Of a variable that a shell can set. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** One for each agent that is connected. */
    private static final Map<VirtualChannel, ReentrantLock> COPYING = new WeakHashMap<>();

    private final String folder;
    private final String agentJava;
    private final String operation;
    /** Null where the operation has no request. */
    @CheckForNull
    private final String requestFile;

    private OctavoCommand(String folder, String agentJava, String operation, @CheckForNull String requestFile) {
        this.folder = folder;
        this.agentJava = agentJava;
        this.operation = operation;
        this.requestFile = requestFile;
    }

    /** Looks at what the plugin carries, so that the first call does not wait for it. */
    public static void readAhead() throws IOException {
        Carried.get();
    }

    /**
     * Makes the command ready on the agent of a workspace, for one call.
     *
     * <p>It is kept below the agent's root folder, which all containers of a pod share. The jar is copied under another
     * name and then renamed, so one that was cut is never started, and one of another length is copied again.
     *
     * @param operation the subcommand
     * @param request its inputs as JSON; they go into a file of the workspace
     */
    public static OctavoCommand on(FilePath workspace, String operation, String request)
            throws IOException, InterruptedException {
        Carried carried = Carried.get();
        FilePath folder = folder(root(workspace), carried);
        // the same for the same call, so that a step that is repeated leaves one file
        String file = ".octavo/requests/" + operation + "-"
                + Carried.hex(request.getBytes(StandardCharsets.UTF_8)).substring(0, 8) + ".json";
        String[] answer =
                workspace.act(new Prepare(folder.getRemote(), carried.length, carried.launcher, file, request));
        if (answer[0].isEmpty()) {
            copyOnce(folder, carried);
        }
        return new OctavoCommand(folder.getRemote(), answer[1], operation, file);
    }

    /**
     * Brings the command to an agent, for no call yet.
     *
     * @param root the agent's root folder
     * @return a call, for Unix alone, that lets the agent make its archive of classes and starts no command
     */
    public static OctavoCommand bring(FilePath root) throws IOException, InterruptedException {
        Carried carried = Carried.get();
        FilePath folder = folder(root, carried);
        String[] answer = root.act(new Prepare(folder.getRemote(), carried.length, carried.launcher, null, null));
        if (answer[0].isEmpty()) {
            copyOnce(folder, carried);
        }
        return new OctavoCommand(folder.getRemote(), answer[1], "archive", null);
    }

    private static FilePath folder(FilePath root, Carried carried) {
        return root.child("caches").child("octavo").child(carried.version);
    }

    /** Whoever comes while another one copies to the same agent waits for that. */
    private static void copyOnce(FilePath folder, Carried carried) throws IOException, InterruptedException {
        ReentrantLock lock;
        synchronized (COPYING) {
            lock = COPYING.computeIfAbsent(folder.getChannel(), channel -> new ReentrantLock());
        }
        boolean waited = !lock.tryLock();
        if (waited) {
            lock.lockInterruptibly();
        }
        try {
            if (!waited || folder.child(JAR).length() != carried.length) {
                copy(folder);
            }
        } finally {
            lock.unlock();
        }
    }

    private static FilePath root(FilePath workspace) throws IOException {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            throw new IOException("the agent of " + workspace.getRemote() + " is not connected");
        }
        return root;
    }

    private static void copy(FilePath folder) throws IOException, InterruptedException {
        FilePath fresh = folder.child(JAR + "." + UUID.randomUUID());
        boolean moved = false;
        try (InputStream content = Carried.open(CARRIED_JAR)) {
            // in large pieces: each of them is a message to the agent
            try (OutputStream out = fresh.write()) {
                byte[] buffer = new byte[PIECE];
                for (int read = content.readNBytes(buffer, 0, PIECE);
                        read > 0;
                        read = content.readNBytes(buffer, 0, PIECE)) {
                    out.write(buffer, 0, read);
                }
            }
            moved = fresh.act(new MoveTo(JAR));
        } finally {
            if (!moved) {
                fresh.delete();
            }
        }
    }

    /**
     * Completes the variables of the process: with the Java of the agent's own process, and with the names of those that
     * are empty. Jenkins gives no process an empty variable, and in manifests one that is empty is replaced and one that
     * is not defined stays as it is written.
     */
    public void prepare(EnvVars variables) {
        variables.put("OCTAVO_AGENT_JAVA", agentJava);
        variables.put(
                "OCTAVO_EMPTY",
                variables.entrySet().stream()
                        .filter(variable -> variable.getValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .filter(name -> NAME.matcher(name).matches())
                        .collect(Collectors.joining(" ")));
    }

    /** The call as a program with its arguments, for a launcher. */
    public List<String> arguments(boolean unix) {
        List<String> arguments = new ArrayList<>(
                unix
                        ? List.of("sh", folder + "/" + LAUNCHER)
                        : List.of(agentJava + "\\bin\\java", "-Dfile.encoding=UTF-8", "-jar", folder + "\\" + JAR));
        arguments.add(operation);
        if (requestFile != null) {
            arguments.addAll(List.of("--request", requestFile, "--output", "json"));
        }
        return arguments;
    }

    /** Runs the call with a Bourne shell; prints the result as JSON. */
    public String shellScript() {
        return "#!/bin/sh\nexec sh '" + folder.replace("'", "'\\''") + "/" + LAUNCHER + "' " + operation
                + " --request '" + requestFile + "' --output json\n";
    }

    /** The same on Windows. */
    public String batchScript() {
        return "@echo off\r\nset \"OCTAVO_JAVA=%OCTAVO_AGENT_JAVA%\"\r\n"
                + "if defined OCTAVO_JAVA_HOME set \"OCTAVO_JAVA=%OCTAVO_JAVA_HOME%\"\r\n"
                + "\"%OCTAVO_JAVA%\\bin\\java\" -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8"
                + " -XX:TieredStopAtLevel=1 -jar \"" + folder + "\\" + JAR + "\" " + operation + " --request \""
                + requestFile + "\" --output json\r\n";
    }

    /** What the plugin carries, looked at once. */
    private static final class Carried {
        private static Carried instance;

        private final String version;
        private final long length;
        private final byte[] launcher;

        private Carried(String version, long length, byte[] launcher) {
            this.version = version;
            this.length = length;
            this.launcher = launcher;
        }

        static synchronized Carried get() throws IOException {
            if (instance == null) {
                byte[] launcher;
                try (InputStream in = open(LAUNCHER)) {
                    launcher = in.readAllBytes();
                }
                MessageDigest digest = sha256();
                digest.update(launcher);
                long length = 0;
                try (InputStream in = open(CARRIED_JAR)) {
                    byte[] buffer = new byte[1 << 16];
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        digest.update(buffer, 0, read);
                        length += read;
                    }
                }
                instance = new Carried(HexFormat.of().formatHex(digest.digest(), 0, 8), length, launcher);
            }
            return instance;
        }

        /**
         * The jar is beside the plugin's classes: among them it would go to each agent once more, with the jar that an
         * agent is sent for one of the classes.
         */
        static InputStream open(String name) throws IOException {
            PluginWrapper plugin = Jenkins.get().getPluginManager().whichPlugin(OctavoCommand.class);
            if (plugin != null && name.equals(CARRIED_JAR)) {
                try {
                    return new URL(plugin.baseResourceURL, "WEB-INF/command/" + name).openStream();
                } catch (FileNotFoundException e) {
                    // unpacked, as tests run it
                }
            }
            InputStream in = OctavoCommand.class.getResourceAsStream(name);
            if (in == null) {
                throw new IOException("the plugin was built without " + name + ": build engine/cli first");
            }
            return in;
        }

        static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(sha256().digest(bytes));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Puts a whole file in the place of what is there, at once. */
    private static final class MoveTo extends MasterToSlaveFileCallable<Boolean> {
        private static final long serialVersionUID = 1L;

        private final String name;

        MoveTo(String name) {
            this.name = name;
        }

        @Override
        public Boolean invoke(File file, VirtualChannel channel) throws IOException {
            return move(file.toPath(), file.toPath().resolveSibling(name));
        }

        /** Whether it did; false where the same is there already. */
        static boolean move(Path file, Path target) throws IOException {
            try {
                Files.move(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                return true;
            } catch (IOException e) {
                // Windows replaces no file that runs; then another build was first with the same
                if (Files.notExists(target) || Files.size(target) != Files.size(file)) {
                    throw e;
                }
                return false;
            }
        }
    }

    /**
     * Writes the request, if there is one, and the launcher, and looks whether the jar is there: all in one call of the agent. It answers
     * with two texts: {@code ""} where the jar has to be copied, and the Java home of the agent's process.
     */
    private static final class Prepare extends MasterToSlaveFileCallable<String[]> {
        private static final long serialVersionUID = 1L;

        private final String folder;
        private final long jarLength;
        private final byte[] launcher;
        @CheckForNull
        private final String file;

        @CheckForNull
        private final String request;

        Prepare(
                String folder,
                long jarLength,
                byte[] launcher,
                @CheckForNull String file,
                @CheckForNull String request) {
            this.folder = folder;
            this.jarLength = jarLength;
            this.launcher = launcher;
            this.file = file;
            this.request = request;
        }

        @Override
        public String[] invoke(File workspace, VirtualChannel channel) throws IOException {
            if (file != null) {
                Path path = workspace.toPath().resolve(file);
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.writeString(path, request);
            }
            File home = new File(folder);
            File jar = new File(home, JAR);
            if (new File(home, LAUNCHER).length() != launcher.length) {
                Files.createDirectories(home.toPath());
                writeLauncher(home.toPath());
            }
            boolean complete = jar.length() == jarLength;
            if (complete) {
                long now = System.currentTimeMillis();
                if (!home.setLastModified(now)) {
                    complete = home.isDirectory();
                }
            } else {
                deleteUnused(home);
            }
            return new String[] {complete ? "complete" : "", System.getProperty("java.home", "")};
        }

        private void writeLauncher(Path home) throws IOException {
            // not by createTempFile: other users of a pod's containers have to read it
            Path fresh = home.resolve(LAUNCHER + "." + UUID.randomUUID());
            try {
                Files.write(fresh, launcher);
                MoveTo.move(fresh, home.resolve(LAUNCHER));
            } finally {
                Files.deleteIfExists(fresh);
            }
        }

        /** Those of other versions that nobody has called for long, and pieces of copies that a killed controller left. */
        private static void deleteUnused(File home) throws IOException {
            long now = System.currentTimeMillis();
            for (File other : list(home.getParentFile())) {
                if (!other.equals(home) && other.lastModified() < now - TimeUnit.DAYS.toMillis(UNUSED_DAYS)) {
                    Util.deleteRecursive(other);
                }
            }
            for (File piece : list(home)) {
                if (piece.getName().startsWith(JAR + ".") && piece.lastModified() < now - TimeUnit.HOURS.toMillis(1)) {
                    Util.deleteFile(piece);
                }
            }
        }

        private static File[] list(File folder) {
            File[] found = folder.listFiles();
            return found == null ? new File[0] : found;
        }
    }
}
