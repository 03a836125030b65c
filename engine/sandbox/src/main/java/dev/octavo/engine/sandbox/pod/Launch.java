package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.program.Program;
import dev.octavo.engine.sandbox.image.UnpackedImage;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Quantity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The words, folder and variables that start a container's program on this machine.
 *
 * @param root the container's files
 * @param note what is different from a container, for the reader of its events; {@code ""} where nothing is
 */
record Launch(List<String> command, Path directory, Map<String, String> environment, RootView root, String note) {
    private static final String STAND_IN = "dev.octavo.engine.sandbox.web.NginxStandIn";
    /** What {@code /} is for the stand-in. */
    private static final String STAND_IN_ROOT = "octavo.nginx.root";

    private static final int FIRST_JAVA_WITH_AGENT = 17;
    private static final BigDecimal SERVER_MEMORY = BigDecimal.valueOf(1792L << 20);
    private static final Pattern JAVA_MODULES = Pattern.compile("MODULES=\"([^\"]*)\"");
    private static final Pattern JAVA_VERSION = Pattern.compile("JAVA_VERSION=\"(?:1\\.)?([0-9]+)");
    /** Variables whose value is a path of URLs, not of files. */
    private static final Pattern URL_PATH = Pattern.compile("(?i).*(CONTEXT_?PATH|BASE_?PATH|URL|URI|ROUTE|PREFIX).*");

    /**
     * What a launch is made of.
     *
     * @param agent the agent's jar
     * @param settings the file that it reads
     * @param standIn the jar of the stand-in for nginx
     * @param java the program that runs the stand-in
     */
    record Means(Path agent, Path settings, Path standIn, Path java) {}

    /**
     * Makes it.
     *
     * @param variables those of the manifest
     * @throws ConfigException where there is no program that could be started
     */
    static Launch of(
            UnpackedImage image,
            JsonNode container,
            Map<String, String> variables,
            String podName,
            String podAddress,
            RootView root,
            Means means)
            throws ConfigException, IOException {
        List<String> words = words(image, container, variables);
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new ConfigException("CreateContainerError", "no command specified");
        }
        Map<String, String> environment = environment(image, variables, podName, podAddress, root);
        String directory = Json.text(container, "workingDir");
        if (directory.isEmpty()) {
            directory = image.workingDirectory();
        }
        Path folder = root.path(directory.isEmpty() ? "/" : directory);
        Files.createDirectories(folder);
        if (isNginx(words)) {
            return nginx(words, folder, environment, root, means);
        }
        Path program = program(words.get(0), environment, folder, root);
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        List<String> options = new ArrayList<>();
        String note = "";
        if (isJava(program)) {
            String lack = lack(program);
            if (lack.isEmpty()) {
                options.addAll(javaOptions(container, root, means));
            } else {
                note = lack + " the sandbox's agent: this pod listens at every address of this machine, and knows no"
                        + " Services by name";
            }
            if (words.contains(STAND_IN)) {
                options.add("-D" + STAND_IN_ROOT + "=" + root.path("/"));
            }
            command.addAll(options);
            words = files(words, root, means.settings().resolveSibling("args"));
        } else {
            // a script may start Java
            environment.merge(
                    "JAVA_TOOL_OPTIONS", quoted(javaOptions(container, root, means)), (own, ours) -> own + " " + ours);
        }
        // the stand-in finds its files by itself
        int own = words.indexOf(STAND_IN);
        for (int i = 1; i < words.size(); i++) {
            command.add(own >= 0 && i > own ? words.get(i) : root.map(words.get(i)));
        }
        return new Launch(command, folder, environment, root, note);
    }

    /** Another program in the same container; words that name files of the container are rewritten. */
    Program also(List<String> words) {
        List<String> rewritten = new ArrayList<>();
        for (String word : words) {
            rewritten.add(root.map(word));
        }
        String first = rewritten.get(0);
        if (!first.contains("/")) {
            List<Path> candidates = root.candidates(first, environment.getOrDefault("PATH", ""));
            if (!candidates.isEmpty()) {
                rewritten.set(0, candidates.get(0).toString());
            }
        }
        return new Program(rewritten, directory, environment);
    }

    private static List<String> words(UnpackedImage image, JsonNode container, Map<String, String> variables) {
        List<String> words = new ArrayList<>();
        boolean command = !container.path("command").isEmpty();
        if (command) {
            container.path("command").forEach(word -> words.add(Environment.expand(word.asString(""), variables)));
        } else {
            words.addAll(image.entrypoint());
        }
        if (!container.path("args").isEmpty()) {
            container.path("args").forEach(word -> words.add(Environment.expand(word.asString(""), variables)));
        } else if (!command) {
            words.addAll(image.command());
        }
        return words;
    }

    private static Map<String, String> environment(
            UnpackedImage image, Map<String, String> variables, String podName, String podAddress, RootView root) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", "/root");
        environment.putAll(image.environment());
        environment.replaceAll((name, value) -> root.map(value));
        variables.forEach((name, value) -> environment.put(name, mapped(name, value, root)));
        environment.put("HOSTNAME", podName);
        environment.put("TMPDIR", root.temporary().toString());
        environment.putIfAbsent("POD_IP", podAddress);
        return environment;
    }

    /** A manifest's value is rewritten where it is surely a file's name. */
    private static String mapped(String name, String value, RootView root) {
        if (URL_PATH.matcher(name).matches()) {
            return value;
        }
        boolean deep = value.startsWith("/") && value.indexOf('/', 1) > 0 && value.indexOf('/', 1) < value.length() - 1;
        boolean list = name.endsWith("PATH") || value.contains("file:");
        boolean inText = value.contains("=/") || value.contains("-cp ");
        boolean folder = root.has(value) && !value.isEmpty();
        return deep || list || inText || folder ? root.map(value) : value;
    }

    // --------------------------------------------------------------------------------------------------------- program

    private static Path program(String word, Map<String, String> environment, Path folder, RootView root)
            throws ConfigException, IOException {
        Path program;
        if (word.contains("/")) {
            program = word.startsWith("/")
                    ? root.path(word)
                    : folder.resolve(word).normalize();
            if (!Files.exists(program)) {
                throw missing(word, "stat " + word + ": no such file or directory");
            }
        } else {
            List<Path> candidates = root.candidates(word, environment.getOrDefault("PATH", ""));
            if (candidates.isEmpty()) {
                throw missing(word, "executable file not found in $PATH");
            }
            program = candidates.get(0);
        }
        if (Files.isDirectory(program)) {
            throw missing(word, "is a directory");
        }
        if (!Files.isExecutable(program)) {
            throw missing(word, "permission denied");
        }
        String interpreter = interpreter(program);
        if (!interpreter.isEmpty() && !Files.exists(Path.of(interpreter))) {
            throw missing(
                    word,
                    "it needs " + interpreter + ", which this machine does not have. Octavo's sandbox runs programs of"
                            + " images on this machine's own C library; an image of another one (Alpine's musl) needs a"
                            + " real cluster");
        }
        return program;
    }

    private static ConfigException missing(String word, String why) {
        return new ConfigException(
                "RunContainerError",
                "failed to create containerd task: failed to create shim task: exec: \"" + word + "\": " + why);
    }

    /** What has to run a program: the loader that an ELF file names; {@code ""} where it names none. */
    static String interpreter(Path program) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(program.toRealPath().toFile(), "r")) {
            byte[] head = new byte[64];
            if (file.length() < head.length) {
                return "";
            }
            file.readFully(head);
            if (head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F' || head[4] != 2) {
                return "";
            }
            ByteBuffer header =
                    ByteBuffer.wrap(head).order(head[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            long offset = header.getLong(32);
            int size = header.getShort(54) & 0xffff;
            int count = header.getShort(56) & 0xffff;
            for (int i = 0; i < count && size >= 56; i++) {
                byte[] entry = new byte[56];
                file.seek(offset + (long) i * size);
                file.readFully(entry);
                ByteBuffer segment = ByteBuffer.wrap(entry).order(header.order());
                if (segment.getInt(0) == 3) {
                    byte[] name = new byte[(int) Math.min(256, segment.getLong(32))];
                    file.seek(segment.getLong(8));
                    file.readFully(name);
                    return new String(name, StandardCharsets.US_ASCII).split("\0", 2)[0];
                }
            }
            return "";
        } catch (java.io.EOFException e) {
            return "";
        }
    }

    // ------------------------------------------------------------------------------------------------------------ java

    private static boolean isJava(Path program) throws IOException {
        Path real = program.toRealPath();
        return String.valueOf(real.getFileName()).equals("java");
    }

    /** Why a Java cannot have the agent, as the beginning of a sentence; {@code ""} where it can. */
    private static String lack(Path program) throws IOException {
        Path bin = program.toRealPath().getParent();
        Path release = bin == null ? program : bin.resolveSibling("release");
        if (!Files.isRegularFile(release)) {
            return "";
        }
        String text = Files.readString(release);
        Matcher version = JAVA_VERSION.matcher(text);
        if (version.find() && Integer.parseInt(version.group(1)) < FIRST_JAVA_WITH_AGENT) {
            return "Java " + version.group(1) + " is too old for";
        }
        Matcher modules = JAVA_MODULES.matcher(text);
        boolean without = modules.find() && !(" " + modules.group(1) + " ").contains(" java.instrument ");
        return without ? "The image's Java lacks the module java.instrument for" : "";
    }

    /** The agent, and what a Java virtual machine in a container would see of its limits. */
    private static List<String> javaOptions(JsonNode container, RootView root, Means means) {
        List<String> options = new ArrayList<>();
        options.add("-javaagent:" + means.agent() + "=" + means.settings());
        options.add("-Djava.io.tmpdir=" + root.temporary());
        // native transports would go past the agent
        options.add("-Dio.netty.transport.noNative=true");
        options.add("-Dreactor.netty.native=false");
        options.add("-Xshare:auto");
        // a pod here is looked at, not put under load: that it starts soon counts for more than how fast it gets
        options.add("-XX:TieredStopAtLevel=1");
        JsonNode limits = container.path("resources").path("limits");
        BigDecimal memory = Quantity.of(limits.path("memory"));
        BigDecimal processors = Quantity.of(limits.path("cpu"));
        if (memory.signum() > 0) {
            options.add("-XX:MaxRAM=" + memory.setScale(0, RoundingMode.FLOOR));
        }
        if (processors.signum() > 0) {
            options.add("-XX:ActiveProcessorCount=" + processors.setScale(0, RoundingMode.CEILING));
        }
        boolean small = (memory.signum() > 0 && memory.compareTo(SERVER_MEMORY) < 0)
                || (processors.signum() > 0 && processors.compareTo(BigDecimal.ONE) <= 0);
        if (small && !choosesCollector(container)) {
            options.add("-XX:+UseSerialGC");
        }
        return options;
    }

    private static boolean choosesCollector(JsonNode container) {
        String text = Json.text(container.path("command"))
                + Json.text(container.path("args"))
                + Json.text(container.path("env"));
        return Pattern.compile("-XX:\\+Use\\w+GC").matcher(text).find();
    }

    private static String quoted(List<String> options) {
        List<String> quoted = new ArrayList<>();
        options.forEach(option -> quoted.add(option.contains(" ") ? "\"" + option + "\"" : option));
        return String.join(" ", quoted);
    }

    /** Java reads words from files, {@code @/app/classpath}: copies of them with their paths rewritten. */
    private static List<String> files(List<String> words, RootView root, Path folder) throws IOException {
        List<String> result = new ArrayList<>();
        for (String word : words) {
            if (word.startsWith("@/") && Files.isRegularFile(root.path(word.substring(1)))) {
                Files.createDirectories(folder);
                Path copy = Files.createTempFile(folder, "words", "");
                Files.writeString(copy, root.map(Files.readString(root.path(word.substring(1)))));
                result.add("@" + copy);
            } else {
                result.add(word);
            }
        }
        return result;
    }

    // ----------------------------------------------------------------------------------------------------------- nginx

    private static boolean isNginx(List<String> words) {
        boolean wrapped = words.size() > 1 && words.get(0).endsWith("/docker-entrypoint.sh");
        String program = words.get(wrapped ? 1 : 0);
        return program.equals("nginx") || program.endsWith("/nginx");
    }

    /** nginx looks for its files at the system's root, which no process here can be given: the stand-in takes another. */
    private static Launch nginx(
            List<String> words, Path folder, Map<String, String> environment, RootView root, Means means) {
        String configuration = "/etc/nginx/nginx.conf";
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("-c")) {
                configuration = words.get(i + 1);
            }
        }
        List<String> command = List.of(
                means.java().toString(),
                "-javaagent:" + means.agent() + "=" + means.settings(),
                "-Djava.io.tmpdir=" + root.temporary(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-D" + STAND_IN_ROOT + "=" + root.path("/"),
                "-cp",
                means.standIn().toString(),
                STAND_IN,
                "-c",
                configuration);
        return new Launch(
                command,
                folder,
                environment,
                root,
                "Octavo's stand-in for nginx serves this image's files: nginx itself cannot run outside a container");
    }
}
