package io.jenkins.plugins.octavo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which Java the command is started with. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    private Path folder;

    private String output;

    @BeforeEach
    void copyLauncher() throws IOException {
        try (InputStream in = OctavoCommand.class.getResourceAsStream("octavo.sh")) {
            Files.copy(in, folder.resolve("octavo.sh"));
        }
    }

    private Path java(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho \"started by " + name + "\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private int start(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", folder.resolve("octavo.sh").toString(), "list");
        builder.environment().clear();
        // the usual programs, and no Java
        Path bin = Files.createDirectories(folder.resolve("path"));
        for (String program :
                new String[] {"sh", "sed", "head", "dirname", "readlink", "cksum", "cut", "mkdir", "env", "nice"}) {
            for (String place : new String[] {"/usr/bin/", "/bin/"}) {
                if (Files.exists(Path.of(place + program)) && Files.notExists(bin.resolve(program))) {
                    Files.createSymbolicLink(bin.resolve(program), Path.of(place + program));
                }
            }
        }
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    @Test
    void takesTheBuildsJavaWhereItIsNewEnough() throws Exception {
        Path build = java("build", "21.0.2");
        Path agent = java("agent", "17.0.15");

        assertEquals(0, start(Map.of("JAVA_HOME", build.toString(), "OCTAVO_AGENT_JAVA", agent.toString())));
        assertTrue(output.contains("started by build"), output);
    }

    @Test
    void takesTheAgentsOwnWhereTheBuildsIsOld() throws Exception {
        Path build = java("build", "1.8.0_402");
        Path agent = java("agent", "17.0.15");

        assertEquals(0, start(Map.of("JAVA_HOME", build.toString(), "OCTAVO_AGENT_JAVA", agent.toString())));
        assertTrue(output.contains("started by agent"), output);
    }

    @Test
    void saysWhatIsThereWhereAllAreOld() throws Exception {
        Path build = java("build", "1.8.0_402");

        assertEquals(2, start(Map.of("JAVA_HOME", build.toString())));
        assertTrue(output.startsWith("CONFIG-101  The octavo command needs Java 17 or newer"), output);
        assertTrue(output.contains("Java 8 in " + build), output);
        assertTrue(output.contains("  fix    "), output);
    }

    @Test
    void saysThatThereIsNone() throws Exception {
        assertEquals(2, start(Map.of("OCTAVO_AGENT_JAVA", folder.resolve("gone").toString())));
        assertTrue(output.contains("there is no Java"), output);
    }
}
