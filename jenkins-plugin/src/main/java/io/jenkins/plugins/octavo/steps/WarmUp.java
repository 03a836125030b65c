package io.jenkins.plugins.octavo.steps;

import groovy.json.JsonOutput;
import groovy.json.JsonSlurperClassic;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import io.jenkins.plugins.octavo.command.OctavoCommand;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/** Does aside, after the start, what the first step of all would wait for: reading the jar, and loading classes. */
public final class WarmUp {
    private static final Logger LOGGER = Logger.getLogger(WarmUp.class.getName());

    private WarmUp() {}

    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void start() {
        Timer.get().execute(WarmUp::run);
    }

    private static void run() {
        try {
            OctavoCommand.readAhead();
            new JsonSlurperClassic().parseText(JsonOutput.toJson(Map.of("names", List.of("value", 1))));
            SecretPatterns.getAggregateSecretPattern(List.of("not a secret"));
            new OctavoSourceStep().inputs();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "the first step will be slower, or fail and say why", e);
        }
    }
}
