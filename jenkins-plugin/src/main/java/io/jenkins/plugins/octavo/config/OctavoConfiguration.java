package io.jenkins.plugins.octavo.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** What counts for all jobs. */
@Extension
@Symbol("octavo")
public final class OctavoConfiguration extends GlobalConfiguration implements SettingsSource {
    private List<Cluster> clusters = new ArrayList<>();
    private List<Registry> registries = new ArrayList<>();

    @CheckForNull
    private Sonar sonar;

    private List<Environment> environments = new ArrayList<>();
    private List<Gate> gates = new ArrayList<>();
    private List<Notification> notifications = new ArrayList<>();

    public OctavoConfiguration() {
        load();
    }

    public static OctavoConfiguration get() {
        return ExtensionList.lookupSingleton(OctavoConfiguration.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.OctavoConfiguration_displayName();
    }

    /** What the form leaves out was removed in it. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        JSONObject complete = new JSONObject();
        for (String list : List.of("clusters", "registries", "environments", "gates", "notifications")) {
            complete.put(list, form.has(list) ? form.get(list) : new JSONArray());
        }
        Runnable undo = undo();
        try (BulkChange change = new BulkChange(this)) {
            setSonar(null);
            if (form.has("sonar")) {
                complete.put("sonar", form.get("sonar"));
            }
            Forms.bind(() -> {
                request.bindJSON(this, complete);
                return null;
            });
            change.commit();
        } catch (FormException | RuntimeException | LinkageError e) {
            undo.run();
            throw e;
        } catch (IOException e) {
            throw new FormException(e, "octavo");
        }
        return true;
    }

    /** Sets everything back to what it is now. */
    private Runnable undo() {
        List<Cluster> clustersNow = clusters;
        List<Registry> registriesNow = registries;
        Sonar sonarNow = sonar;
        List<Environment> environmentsNow = environments;
        List<Gate> gatesNow = gates;
        List<Notification> notificationsNow = notifications;
        return () -> {
            clusters = clustersNow;
            registries = registriesNow;
            sonar = sonarNow;
            environments = environmentsNow;
            gates = gatesNow;
            notifications = notificationsNow;
        };
    }

    @Override
    public List<Cluster> getClusters() {
        return Collections.unmodifiableList(clusters);
    }

    @DataBoundSetter
    public void setClusters(List<Cluster> clusters) {
        this.clusters = Forms.named("clusters", clusters, Cluster::getName);
        save();
    }

    @Override
    public List<Registry> getRegistries() {
        return Collections.unmodifiableList(registries);
    }

    @DataBoundSetter
    public void setRegistries(List<Registry> registries) {
        this.registries = Forms.named("registries", registries, Registry::getHost);
        save();
    }

    @Override
    public List<Environment> getEnvironments() {
        return Collections.unmodifiableList(environments);
    }

    @DataBoundSetter
    public void setEnvironments(List<Environment> environments) {
        this.environments = Forms.named("environments", environments, Environment::getName);
        save();
    }

    @Override
    public List<Gate> getGates() {
        return Collections.unmodifiableList(gates);
    }

    @DataBoundSetter
    public void setGates(List<Gate> gates) {
        this.gates = Forms.named("gates", gates, Gate::getName);
        save();
    }

    @Override
    public List<Notification> getNotifications() {
        return Collections.unmodifiableList(Util.fixNull(notifications));
    }

    @DataBoundSetter
    public void setNotifications(List<Notification> notifications) {
        this.notifications = Forms.named("notifications", notifications, Notification::getName);
        save();
    }

    @Override
    @CheckForNull
    public Sonar getSonar() {
        return sonar;
    }

    @DataBoundSetter
    public void setSonar(@CheckForNull Sonar sonar) {
        this.sonar = sonar == null || sonar.getUrl().isEmpty() ? null : sonar;
        save();
    }
}
