package dev.octavo.engine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineListener;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox leaves that had no time to clean up. */
@EnabledOnOs(OS.LINUX)
class KilledSandboxTest {
    @TempDir
    Path temp;

    /** A sandbox with two pods in a process of its own: one Java's, one another program's. */
    public static final class Main {
        private Main() {}

        public static void main(String[] words) throws Exception {
            Path folder = Path.of(words[0]);
            Sandbox sandbox = Sandbox.start(
                    SandboxOptions.in(folder.resolve("sandbox"), folder.resolve("cache")),
                    EngineListener.SILENT,
                    new SampleImages(folder.resolve("image")));
            KubernetesClient client = SandboxTest.client(sandbox);
            for (String name : new String[] {"java", "sleep"}) {
                PodBuilder pod = new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("test/sample:v1")
                        .withCommand(name.equals("java") ? List.of() : List.of("/bin/sleep", "600"))
                        .endContainer()
                        .endSpec();
                client.pods().inNamespace("default").resource(pod.build()).create();
                Pod running =
                        client.pods().inNamespace("default").withName(name).waitUntilReady(60, TimeUnit.SECONDS);
                System.out.println(
                        running.getStatus().getContainerStatuses().get(0).getContainerID());
            }
            System.in.read();
        }
    }

    /** Starts one with two pods and kills it; of the pods only the one that is no Java is left. */
    private List<ProcessHandle> kill() throws Exception {
        Path image = temp.resolve("image/bin");
        Files.createDirectories(image);
        Files.copy(Path.of("/bin/sleep").toRealPath(), image.resolve("sleep"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<ProcessHandle> pods = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null && pods.size() < 2; line = reader.readLine()) {
                ProcessHandle.of(Long.parseLong(line.replace("process://", ""))).ifPresent(pods::add);
                if (pods.size() == 2) {
                    break;
                }
            }
        }
        assertThat(pods).hasSize(2).allMatch(ProcessHandle::isAlive);

        process.destroyForcibly().waitFor();

        assertThat(pods.get(0).onExit().get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(pods.get(1).isAlive()).isTrue();
        return pods;
    }

    @Test
    void whatIsLeftCanBeClearedWithoutANextOne() throws Exception {
        List<ProcessHandle> pods = kill();

        assertThat(Sandbox.clear(temp.resolve("sandbox"))).isTrue();

        assertThat(pods.get(1).onExit().get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(temp.resolve("sandbox")).doesNotExist();
    }

    @Test
    void javaEndsByItselfAndTheNextSandboxEndsTheRest() throws Exception {
        List<ProcessHandle> pods = kill();

        List<String> warnings = new CopyOnWriteArrayList<>();
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {}
        };
        Sandbox.start(SandboxOptions.in(temp.resolve("sandbox"), temp.resolve("cache")), listener)
                .close();
        assertThat(pods.get(1).onExit().get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(warnings).containsExactly("Ended 1 process(es) of pods that an earlier sandbox had left");
    }
}
