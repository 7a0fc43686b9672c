// macOS and iOS -> the libraries that their SDKs let programs link, by install name.

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Of /usr/lib only these; the rest of that folder, and its subfolders but for Swift's, are not for programs. */
const DYLIBS = words(`
  EndpointSecurity System.B archive.2 bsm.0 bz2.1.0 c++.1 c++abi charset.1 compression cups.2 curl.4
  edit.3 exslt.0 expat.1 ffi gcc_s.1 iconv.2 icucore.A ldap.2 ncurses.5.4 network objc.A pam.2
  pcap.A resolv.9 sandbox.1 sasl2.2 sqlite3 util xml2.2 xslt.1 z.1
`).map((name) => `/usr/lib/lib${name}.dylib`)

/** Swift's runtime and its overlays of frameworks. */
const SWIFT_DYLIBS = words(`
  ARKit AVFoundation Accelerate AppKit AppleArchive CallKit CloudKit Compression Contacts Core
  CoreAudio CoreData CoreFoundation CoreGraphics CoreImage CoreLocation CoreMIDI CoreML CoreMedia
  CoreNFC CreateML CryptoTokenKit Cxx CxxStdlib Darwin DataDetection Demangle Dispatch Distributed
  ExtensionFoundation ExtensionKit FileProvider Foundation GLKit GameplayKit HealthKit HomeKit IOKit
  Intents MLCompute MapKit Metal MetalKit MetricKit ModelIO NaturalLanguage NearbyInteraction
  Network OSLog ObjectiveC Observation OpenCL PassKit PencilKit Photos QuartzCore RegexBuilder
  RemoteMirror SafariServices SceneKit ShazamKit SoundAnalysis Spatial Speech SpriteKit
  SwiftOnoneSupport Synchronization System SystemConfiguration System_Foundation TabularData UIKit
  UniformTypeIdentifiers VideoToolbox Virtualization Vision WatchKit WebKit XPC _Builtin_float
  _Concurrency _Differentiation _RegexParser _StringProcessing _Volatile _errno _math _signal
  _stdio _time os simd sys_time unistd
`).map((name) => `/usr/lib/swift/libswift${name}.dylib`)

/** Public frameworks of both. */
const FRAMEWORKS = words(`
  AVFAudio AVFoundation AVKit AVRouting Accelerate Accessibility Accounts AdServices AdSupport
  AddressBook AppIntents AppTrackingTransparency AudioToolbox AudioUnit AuthenticationServices
  AutomaticAssessmentConfiguration BackgroundAssets BackgroundTasks BusinessChat CFNetwork CallKit
  Charts Cinematic ClassKit CloudKit ColorSync Combine ContactProvider Contacts ContactsUI CoreAudio
  CoreAudioKit CoreAudioTypes CoreBluetooth CoreData CoreFoundation CoreGraphics CoreHaptics
  CoreImage CoreLocation CoreMIDI CoreML CoreMedia CoreMotion CoreServices CoreSpotlight
  CoreTelephony CoreText CoreTransferable CoreVideo CreateML CreateMLComponents CryptoKit
  CryptoTokenKit DataDetection DeclaredAgeRange DeveloperToolsSupport DeviceActivity DeviceCheck
  DeviceDiscoveryExtension EventKit ExposureNotification ExtensionFoundation ExtensionKit
  ExternalAccessory FamilyControls FileProvider FileProviderUI Foundation FoundationModels GLKit GSS
  GameController GameKit GameSave GameplayKit GeoToolbox GroupActivities HealthKit IOKit IOSurface
  IdentityLookup ImageCaptureCore ImageIO ImagePlayground ImmersiveMediaSupport Intents IntentsUI
  JavaScriptCore LightweightCodeRequirements LinkPresentation LocalAuthentication MLCompute
  ManagedSettings MapKit Matter MatterSupport MediaAccessibility MediaPlayer MediaToolbox Metal
  MetalFX MetalKit MetalPerformanceShaders MetalPerformanceShadersGraph MetricKit ModelIO
  MultipeerConnectivity MusicKit NaturalLanguage NearbyInteraction Network NetworkExtension
  NotificationCenter OSLog OpenAL PDFKit PHASE PaperKit PassKit PencilKit Photos PhotosUI
  ProximityReader PushKit PushToTalk QuartzCore QuickLook QuickLookThumbnailing RealityFoundation
  RealityKit ReplayKit SafariServices SafetyKit SceneKit ScreenTime Security SecurityUI
  SensitiveContentAnalysis SensorKit SharedWithYou SharedWithYouCore ShazamKit Social SoundAnalysis
  Spatial Speech SpriteKit StickerFoundation StickerKit StoreKit SwiftData SwiftUI SwiftUICore
  Symbols SystemConfiguration TabularData ThreadNetwork TipKit Translation TranslationUIProvider
  UniformTypeIdentifiers UserNotifications UserNotificationsUI VideoSubscriberAccount VideoToolbox
  Vision VisionKit VisualIntelligence WeatherKit WebKit WidgetKit
`)

const MACOS_FRAMEWORKS = words(`
  AGL AppKit AppleScriptKit AppleScriptObjC ApplicationServices AudioVideoBridging Automator
  CalendarStore Carbon Cocoa Collaboration CoreDisplay CoreHID CoreMIDIServer CoreMediaIO CoreWLAN
  DVDPlayback DirectoryService DiscRecording DiscRecordingUI DiskArbitration DriverKit
  ExceptionHandling ExecutionPolicy FSKit FWAUserLib FinderSync ForceFeedback GLUT Hypervisor
  ICADevices IOBluetooth IOBluetoothUI IOUSBHost InputMethodKit InstallerPlugins InstantMessage
  JavaNativeFoundation JavaRuntimeSupport JavaVM Kerberos KernelManagement LDAP
  LatentSemanticMapping LocalAuthenticationEmbeddedUI MailKit MediaExtension MediaLibrary Message
  NetFS OSAKit OpenCL OpenDirectory OpenGL PCSC ParavirtualizedGraphics PreferencePanes QTKit Quartz
  QuickLookUI Ruby ScreenCaptureKit ScreenSaver ScriptingBridge SecurityFoundation SecurityInterface
  ServiceManagement SyncServices System SystemExtensions TWAIN Tcl Tk UserManagement
  VideoDecodeAcceleration Virtualization iTunesLibrary vecLib vmnet
`)

const IOS_FRAMEWORKS = words(`
  ARKit ActivityKit AdAttributionKit AddressBookUI AlarmKit AppClip AssetsLibrary
  AutomatedDeviceEnrollment BrowserEngineCore BrowserEngineKit CarKey CarPlay ClockKit
  CoreAudioServer CoreLocationUI CoreNFC DeviceDiscoveryUI DockKit EnergyKit EventKitUI FinanceKit
  FinanceKitUI HealthKitUI HomeKit IdentityDocumentServices IdentityDocumentServicesUI
  IdentityLookupUI JournalingSuggestions LiveCommunicationKit LockedCameraCapture ManagedApp
  ManagedAppDistribution ManagedSettingsUI MarketplaceKit MessageUI Messages MobileCoreServices
  NewsstandKit OpenGLES PermissionKit RelevanceKit RoomPlan SecureElementCredential
  TelephonyMessagingKit TouchController Twitter UIKit VideoDecodeAcceleration WatchConnectivity
  WiFiAware WirelessInsights WorkoutKit iAd
`)

/** The framework's own library, in the form of macOS or of iOS; the libraries that lie deeper in it are not for programs. */
const libraryOf = (name: string): string[] =>
  ['', 'Versions/A/', 'Versions/B/', 'Versions/C/', 'Versions/D/'].map(
    (version) => `/System/Library/Frameworks/${name}.framework/${version}${name}`,
  )

const librariesOf = (frameworks: readonly string[]): ReadonlySet<string> =>
  new Set([...DYLIBS, ...SWIFT_DYLIBS, ...[...FRAMEWORKS, ...frameworks].flatMap(libraryOf)])

/** Sources: the .tbd files of /usr/lib, /usr/lib/swift and /System/Library/Frameworks in Apple's SDKs. */
export const MACOS_LIBRARIES = librariesOf(MACOS_FRAMEWORKS)
export const IOS_LIBRARIES = librariesOf(IOS_FRAMEWORKS)
