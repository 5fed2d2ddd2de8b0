package demo

// The words from which opportunities are composed.

var products = []string{
	"Cold-chain sensors", "Route planning licences", "Dock scheduling", "Yard cameras", "Handheld scanners",
	"Pallet tracking", "Driver app", "Tachograph downloads", "Forklift telematics", "Voice picking headsets",
	"Label printers", "Customs document archive", "Temperature loggers", "Weighbridge terminals", "Parcel lockers",
	"Returns portal", "Slotting analysis", "Fuel card integration", "Electronic proof of delivery", "Container seals",
	"Tyre pressure monitoring", "Reefer alarms", "Stock-take drones", "Conveyor controls", "Carrier invoicing",
	"Shift planner", "Barcode verification", "Loading bay sensors", "Rail wagon tracking", "Trailer trackers",
	"Emissions reporting", "Packing stations", "RFID gates", "ERP connector", "24/7 service desk",
	"Spare parts contract", "Operator training", "Wi-Fi survey", "Battery swap programme", "Pick-to-light shelves",
	"Visitor kiosk", "Damage photo workflow", "Dangerous goods checks", "Load planning", "Gate automation",
	"Empties accounting", "Delivery time windows", "Fleet insurance data feed", "Vehicle inspection app", "Sorter retrofit",
}

// titleForms take a product and a town.
var titleForms = []string{
	"%s for %s depot", "%s, %s", "%s rollout in %s", "%s: pilot at %s", "%s for the %s warehouse", "%s (%s, phase 2)",
	"Renewal of %s, %s", "%s – %s terminal", "%s at %s hub", "Upgrade: %s, %s site", "%s & support, %s", "%s for %s night shift",
}

// englishTowns are the towns that an English title cannot name as the address does.
var englishTowns = map[string]string{
	"Львів": "Lviv", "Самара": "Samara", "Пловдив": "Plovdiv", "Πειραιάς": "Piraeus", "Καλαμάτα": "Kalamata", "جدة": "Jeddah",
	"دبي": "Dubai", "חיפה": "Haifa", "上海": "Shanghai", "深圳": "Shenzhen", "横浜市": "Yokohama", "福岡市": "Fukuoka", "부산": "Busan",
	"กรุงเทพฯ": "Bangkok",
}

// nativeTitles are what the customers of some companies call it themselves.
var nativeTitles = map[int][]string{
	1005: {"Lagerführungssystem Kassel, 2. Bauabschnitt", "Ladungsträger-Ortung – Außenlager Süd"},
	1007: {"Kühlkettenüberwachung für Käsereifekeller", "Anhängerortung «Alpzug»"},
	1009: {"Sensores de frío para cámaras de naranjas", "Renovación de básculas – València"},
	1011: {"Etiquetagem automática, linha de sardinha", "Manutenção anual: câmaras frigoríficas"},
	1013: {"Traçabilité des fûts consignés", "Écrans de quai — entrepôt n° 3"},
	1019: {"Bramki RFID – magazyn wysokiego składowania", "Terminale mobilne, zmiana nocna"},
	1021: {"Hűtőlánc-érzékelők a pálinkaraktárba"},
	1022: {"Váhy a štítky pro mlýn č. 2"},
	1023: {"Датчики вологості для зерносховища", "Облік тари, млин у Львові"},
	1024: {"Замена весовых терминалов, Самара", "Видеонаблюдение во дворе (12 камер)", "Учёт поддонов «под ключ»"},
	1025: {"Проследяване на ремаркета, Пловдив"},
	1026: {"Αναβάθμιση ψυκτικών συναγερμών, Πειραιάς", "Παρακολούθηση κοντέινερ — β΄ φάση"},
	1027: {"Αισθητήρες θερμοκρασίας ελαιοτριβείου"},
	1028: {"İzmir limanı için rampa planlama", "Soğuk zincir alarmları (güncelleme)"},
	1029: {"تتبع أسطول الشاحنات في جدة", "أجهزة قياس الحرارة للحاويات"},
	1030: {"بوابات RFID لمستودع دبي", "عقد صيانة سنوي"},
	1031: {"שדרוג מערך השקילה בחיפה", "חיישני קירור למאפייה"},
	1035: {"上海仓库自动化二期", "托盘追踪试点（浦东）"},
	1036: {"冷链温度记录仪更新", "深圳港区月台预约系统"},
	1037: {"横浜倉庫のハンディ端末更新", "入出庫ゲート自動化（第2期）"},
	1038: {"トラック動態管理の導入", "冷凍車アラーム保守契約"},
	1039: {"부산 물류센터 피킹 시스템", "콘테이너 봉인 추적"},
	1040: {"ระบบติดตามพาเลท คลังกรุงเทพฯ"},
	1041: {"Cảm biến kho lạnh Đà Nẵng"},
	1043: {`Yard cameras, "the big paddock"`},
	1046: {"O'Malley <bonded store> sensors", "Cask tracking: Quill's \"angel share\" study"},
	1048: {"Peak season 🎒 overflow scanners", "R&D: sled-dog-proof trackers"},
	1051: {"Suivi des remorques forestières 🌲", "Étiquettes résistantes à −40 °C"},
	1052: {"Básculas para cerámica frágil ⚠️"},
	1060: {`Labels that say "labels"`, "Print & apply: <50 ms per label", "Proof of delivery; 100% \"ink-free\""},
}

var descriptions = []string{
	"", "", "", "",
	"Budget approved for this year; wants a fixed price.",
	"Replaces a system that is out of support.",
	"Came in through the trade fair, booth 14/B.",
	"Second quote requested, including installation.",
	"Decision after the board meeting.\nContact prefers calls before noon.",
	"Competes with an in-house solution.",
	"Existing customer; extends the contract by 12 months.",
	"Price per unit agreed, quantity still open: 40–60.",
	"Site visit needed before we can quote.",
	"<p>Requirements as discussed:</p><ul><li>offline mode</li><li>gloves &amp; rain</li></ul>",
	"Tender documents in the folder \"Tender / 2025\".",
	"Waiting for legal: liability clause 7.2.",
	"Wants to see a reference in the same trade.",
	"Pilot with 12 vehicles, then 300.",
	"Kunde wünscht Abnahme vor Ort.",
	"Le client attend notre réponse avant vendredi.",
	"Клиент просит скидку 5 % при оплате вперёд.",
	"Ο πελάτης ζητά εγκατάσταση εκτός ωραρίου.",
	"客户希望年底前上线。",
	"年度予算内での導入を希望。",
	"العميل يطلب عرض سعر محدثًا.",
	"הלקוח מבקש הדגמה באתר.",
	"Go-live must not fall into peak season 🚛",
}

var scopes = []string{
	"2 gates, 14 docks.\nInstallation at night.",
	"Phase 1: hardware.\nPhase 2: integration.\nPhase 3: training.",
	"36 vehicles, 3 years.",
	"Hardware by partner, licences by us.",
	"All sites except the \"old dairy\".",
	"Lieferung frei Haus; Montage <= 2 Tage.",
	"冷库 3 座",
}

var taskTitles = []string{
	"Send revised quote", "Call back about the pilot", "Book the demo room", "Check credit line", "Prepare contract draft",
	"Arrange site visit", "Ask for the purchase order", "Send sample units", "Follow up on the tender", "Clarify delivery window",
	"Lunch with the buyer", "Order spare sensors", "Collect signed NDA", "Review service level", "Thank-you note",
	"Rückruf wegen Liefertermin", "Relancer le service achats", "Перезвонить после отпуска", "确认安装日期", "見積書を送付",
}

var eventTexts = []string{
	"Called; wants the second phase priced separately.",
	"Left a message, will try again on Thursday.",
	"Met at the trade fair, exchanged cards.",
	"Sent the reference list.",
	"<p>Long talk about <b>offline mode</b>; see the attached notes.</p>",
	"Price is fine, delivery time is not.",
	"Asked for a discount of 5&nbsp;% &amp; free training.",
	"Walked the yard; 14 docks, two of them closed.",
	"Their IT asks for single sign-on.",
	"No news from legal yet.",
	"Contract draft sent.",
	"Confirmed the pilot: 12 vehicles from Monday.",
	"Buyer is on leave until the end of the month.",
	"Budget moved to the next quarter.",
	"Demo went well, the \"night mode\" impressed them.",
	"Angebot besprochen, Rückmeldung nächste Woche.",
	"Réunion sur site: accord de principe.",
	"Договорились о тестовой поставке.",
	"Συμφωνήθηκε νέα παρουσίαση.",
	"已寄出样品。",
	"デモ日程を調整中。",
	"تم تأكيد الموعد.",
	"נשלחה הצעת מחיר.",
	"🎉 Verbal yes!",
}

var mailSubjects = []string{"Re: quote", "Delivery window", "Your visit on Tuesday", "Fwd: purchase order", "Question about licences", "AW: Angebot", "Re: 見積の件"}

var fileNames = []string{"Quote.pdf", "Site plan.pdf", "Contract draft.docx", "Price list.xlsx", "Minutes.docx", "Photos of the yard.zip", "Offre n° 3.pdf", "見積書.pdf"}
