package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.delivery.Operations;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for agents has all that its operations need; it holds no more than what the build found reachable. */
class AgentJarIT {
    private static final Path AGENT = Path.of("target", "octavo-agent.jar").toAbsolutePath();
    private static final Path WHOLE = Path.of("target", "octavo.jar").toAbsolutePath();
    /** Commands of a checkout only, and what they are made of. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "dev/octavo/engine/(runner|sandbox)/.*|dev/octavo/engine/cli/(RunCommand|SandboxCommand|KeptSandbox|RunReporter|"
                    + "Gates|Backends|KubernetesDeployStep|Libraries|LocalCredentials|OperationStep)(\\$.*)?");

    @TempDir
    Path folder;

    private String output = "";

    private int run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-jar", AGENT.toString()));
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(folder.toFile());
        builder.environment().put("OCTAVO_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    @Test
    void hasEveryOperation() throws Exception {
        assertThat(run("--help")).isZero();

        String help = output;
        assertThat(Operations.all()).allSatisfy(operation -> assertThat(help).contains("  " + operation.name()));
        assertThat(help).doesNotContain("  sandbox");
    }

    @Test
    void readsPipelinesWithGroovysParser() throws Exception {
        Path repository = Files.createDirectory(folder.resolve("repository"));
        Files.writeString(repository.resolve("Jenkinsfile"), "node {\n  sh \"mkdir ${env.HOME}/x\"\n}\n");

        assertThat(run("preflight", "-C", repository.toString())).as(output).isZero();

        assertThat(output).contains("Jenkinsfile:2:7: warning PRE-056 mkdir");
    }

    @Test
    void worksOnARepositoryAndAsksACluster() throws Exception {
        Path repository = Files.createDirectory(folder.resolve("repository"));
        Files.writeString(repository.resolve("a.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        Files.writeString(
                folder.resolve("kubeconfig"),
                "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n"
                        + "contexts: [{name: c, context: {cluster: c, user: u}}]\ncurrent-context: c\n");
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("x")
                    .setAuthor("a", "a@localhost")
                    .setCommitter("a", "a@localhost")
                    .setSign(false)
                    .call();
        }

        assertThat(run("source", "-C", repository.toString(), "--output", "json"))
                .as(output)
                .isZero();
        assertThat(output).contains("\"shortCommit\"");
        int refused = run(
                "kubernetes-deploy",
                "-C",
                repository.toString(),
                "--configs",
                "*.yaml",
                "--kubeconfig",
                folder.resolve("kubeconfig").toString());
        assertThat(refused).as(output).isEqualTo(5);
        assertThat(output).contains("DEPLOY-").doesNotContain("INTERNAL");
    }

    /** It finds parts of it by name, and comes as far as to a server that is not there. */
    @Test
    void hasSonarQubesScanner() throws Exception {
        Path properties = Files.writeString(
                folder.resolve("scanner.properties"), "sonar.host.url=http://127.0.0.1:1\nsonar.projectKey=a\n");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dslf4j.provider=dev.octavo.engine.quality.ScannerLog",
                        "-cp",
                        AGENT.toString(),
                        "dev.octavo.engine.quality.ScannerProgram",
                        properties.toString())
                .redirectErrorStream(true);
        Process process = builder.start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isEqualTo(1);
        assertThat(output).contains("ERROR", "127.0.0.1:1").doesNotContain("NoClassDefFound", "ClassNotFound");
    }

    /** The build leaves out what nothing refers to; what only constants are taken from is not needed, since they are copied. */
    @Test
    void hasEveryClassThatItsClassesReferTo() throws Exception {
        Map<String, Set<String>> agent = references(AGENT);
        Set<String> missing = new TreeSet<>();
        try (URLClassLoader whole = new URLClassLoader(new URL[] {WHOLE.toUri().toURL()}, null);
                JarFile jar = new JarFile(new File(WHOLE.toString()))) {
            for (String name : reachable(agent)) {
                if (!agent.containsKey(name)
                        && jar.getEntry(name + ".class") != null
                        && Class.forName(name.replace('/', '.'), false, whole).getDeclaredMethods().length > 0) {
                    missing.add(name);
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(Files.size(AGENT)).isLessThan(Files.size(WHOLE) / 3 * 2);
    }

    /** From our classes and from those that are found by name, all that is referred to. */
    private static Set<String> reachable(Map<String, Set<String>> classes) {
        Deque<String> open = new ArrayDeque<>();
        classes.keySet().stream()
                .filter(name -> name.startsWith("dev/octavo/") || name.contains("/okhttp/"))
                .filter(name -> !LEFT_OUT.matcher(name).matches())
                .forEach(open::add);
        Set<String> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (String next : classes.getOrDefault(open.remove(), Set.of())) {
                if (!LEFT_OUT.matcher(next).matches() && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return seen;
    }

    private static Map<String, Set<String>> references(Path jar) throws IOException {
        Map<String, Set<String>> classes = new HashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                    try (DataInputStream in = new DataInputStream(file.getInputStream(entry))) {
                        classes.put(name.substring(0, name.length() - ".class".length()), references(in));
                    }
                }
            }
        }
        return classes;
    }

    /** The classes that a class file's constants name; the format is in chapter 4.4 of the JVM's specification. */
    private static Set<String> references(DataInputStream in) throws IOException {
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        List<Integer> names = new ArrayList<>();
        for (int index = 1; index < count; index++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[index] = in.readUTF();
                case 7 -> names.add(in.readUnsignedShort());
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    index++;
                }
                default -> throw new IOException("a constant of kind " + tag);
            }
        }
        Set<String> references = new HashSet<>();
        for (int name : names) {
            references.add(texts[name].replaceFirst("^\\[+L(.*);$", "$1"));
        }
        return references;
    }
}
