package io.jenkins.plugins.octavo.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;

/** Where settings are kept: Jenkins as a whole, or a folder. */
interface SettingsSource {
    List<Cluster> getClusters();

    List<Registry> getRegistries();

    @CheckForNull
    Sonar getSonar();

    List<Environment> getEnvironments();

    List<Gate> getGates();

    List<Notification> getNotifications();
}
